package io.parley.provider.profile;

import io.parley.contract.WireName;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A field of a request that some models refuse, so that the request may be repeated without it. */
public enum RefusableOption {
    TEMPERATURE("temperature"),
    TOP_P("top_p"),
    /** The limit of the answer; with OpenAI's format its two names can replace each other. */
    MAX_TOKENS("max_tokens"),
    MAX_COMPLETION_TOKENS("max_completion_tokens"),
    STREAM_OPTIONS("stream_options"),
    JSON_SCHEMA("response_format", "json_schema", "output_config", "format"),
    JSON_OBJECT("response_format", "json_object", "format");

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> names;

    @SuppressWarnings("ImmutableEnumChecker") // Stream.toList
    private final List<Pattern> words;

    RefusableOption(String... names) {
        this.names = List.of(names);
        this.words = this.names.stream()
                .map(name -> Pattern.compile("(?<![\\w.-])" + name + "(?![\\w-])"))
                .toList();
    }

    /** The options that an error names: by its parameters if it has any, otherwise by the words of its message. */
    public static Set<RefusableOption> named(List<String> params, String errorMessage) {
        Set<RefusableOption> options = EnumSet.noneOf(RefusableOption.class);
        String message = errorMessage.toLowerCase(Locale.ROOT);
        Arrays.stream(values())
                .filter(option -> params.isEmpty()
                        ? option.words.stream()
                                .anyMatch(word -> word.matcher(message).find())
                        : params.stream().anyMatch(option::isNamedBy))
                .forEach(options::add);
        return options;
    }

    /** The name of the first option that an error message contains as a word. */
    public static Stream<String> words(String errorMessage) {
        String message = errorMessage.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(option -> option.words.getFirst().matcher(message).find())
                .map(option -> option.names.getFirst())
                .limit(1);
    }

    /** Whether {@code param} is the option or a part of it, for example {@code response_format.type}. */
    private boolean isNamedBy(String param) {
        String root = param.replaceFirst("[.\\[].*$", "");
        return names.contains(root);
    }

    @Override
    public String toString() {
        return WireName.of(this);
    }
}

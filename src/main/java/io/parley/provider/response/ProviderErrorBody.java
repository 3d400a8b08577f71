package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parley.contract.Problem.Rejection;
import io.parley.provider.codec.JsonPullReader;
import io.parley.provider.codec.ProtocolException;
import io.parley.provider.profile.RefusableOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The error of a provider, in any supported format; missing parts are empty strings.
 *
 * @param params the names of the parameters that the error is about, for example {@code messages.0.content}
 */
public record ProviderErrorBody(String type, String code, String detail, String message, List<String> params) {

    public static final ProviderErrorBody NONE = new ProviderErrorBody("", "", "", "");

    /** The path of a field; has no hyphen, so that it cannot be an API key of the usual form. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.\\[\\]$/]{1,128}");

    private static final int MAX_NAMES = 5;

    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.]{1,64}");

    /** Anthropic begins its messages with the parameter. */
    private static final Pattern PREFIX = Pattern.compile("(([a-z_]+)[a-zA-Z0-9_.\\[\\]]*): ");

    /** Words at the beginning of a message that are parameters for certain. */
    private static final Set<String> PARAMETERS = Set.of(
            "max_tokens",
            "messages",
            "metadata",
            "model",
            "output_config",
            "stop_sequences",
            "stream",
            "system",
            "temperature",
            "thinking",
            "tool_choice",
            "tools",
            "top_k",
            "top_p");

    private static final Pattern UNKNOWN = Pattern.compile(
            "unsupported|not supported|unknown|unrecogni[sz]ed|unexpected|not permitted|not allowed|extra|forbidden");

    public ProviderErrorBody {
        params = List.copyOf(params);
    }

    public ProviderErrorBody(String type, String code, String detail, String message) {
        this(type, code, detail, message, List.of());
    }

    /** Reads the value of an {@code error} field: an object or a string. */
    static ProviderErrorBody read(JsonParser json) throws IOException {
        Reader reader = new Reader();
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            reader.message = json.getText();
        } else {
            JsonPullReader.object(json, reader::field);
        }
        return reader.error();
    }

    /** Parses the error in a response body, which may be the body itself, or in a list; {@link #NONE} if it has no error. */
    public static ProviderErrorBody parse(String body) {
        String text = body.strip();
        boolean list = text.startsWith("[") && text.endsWith("]");
        String object = list ? text.substring(1, text.length() - 1) : text;
        ProviderErrorBody named = parameters(object);
        if (!named.params().isEmpty()) {
            return named;
        }
        ErrorFields fields = new ErrorFields();
        try {
            JsonPullReader.document(object, fields::field);
        } catch (ProtocolException invalid) {
            return NONE;
        }
        ProviderErrorBody any = fields.any("");
        return any.equals(NONE) ? named : any;
    }

    /** The error with the parameters that it names. */
    private static ProviderErrorBody parameters(String body) {
        List<ProviderErrorBody> nested = new ArrayList<>();
        Reader whole = new Reader();
        try {
            JsonPullReader.document(body, (name, json) -> {
                if (name.equals("error")) {
                    nested.add(read(json));
                } else {
                    whole.field(name, json);
                }
            });
        } catch (ProtocolException invalid) {
            return NONE;
        }
        return nested.isEmpty() ? whole.error() : nested.getLast();
    }

    /** What the provider rejected: only names, never words from its message. */
    Rejection rejection() {
        Optional<String> param = Stream.of(params.stream(), prefix().stream(), RefusableOption.words(message))
                .flatMap(names -> names)
                .filter(name -> NAME.matcher(name).matches())
                .findFirst();
        return new Rejection(
                param, Optional.of(code).filter(name -> CODE.matcher(name).matches()));
    }

    /** What the error is about, for the log: only names, because the message may quote the request, an answer or a key. */
    String summary() {
        return Stream.of(
                        Stream.of(type, code).filter(name -> CODE.matcher(name).matches()),
                        params.stream().filter(name -> NAME.matcher(name).matches()))
                .flatMap(names -> names)
                .distinct()
                .limit(MAX_NAMES)
                .collect(Collectors.joining(", ", "the provider reported an error: ", ""));
    }

    /** Whether the error says that the parameter itself is unknown, not that its value is invalid. */
    public boolean saysUnknown() {
        return UNKNOWN.matcher((code + " " + message).toLowerCase(Locale.ROOT)).find();
    }

    private Optional<String> prefix() {
        Matcher matcher = PREFIX.matcher(message);
        return matcher.lookingAt() && PARAMETERS.contains(matcher.group(2))
                ? Optional.of(matcher.group(1))
                : Optional.empty();
    }

    private static final class Reader {
        private final List<String> params = new ArrayList<>();
        private String type = "";
        private String code = "";
        private String detail = "";
        private String message = "";
        private String location = "";

        private ProviderErrorBody error() {
            return new ProviderErrorBody(type, code, detail, message, params);
        }

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "type" -> type = JsonPullReader.text(json);
                case "code" -> code = json.currentToken().isNumeric() ? json.getText() : JsonPullReader.text(json);
                case "param" -> param(JsonPullReader.text(json));
                case "message" -> message(json);
                case "detail" -> detail(json);
                case "details" -> JsonPullReader.object(json, this::details);
                default -> {} // unknown fields
            }
        }

        /** Some providers send the list of what is invalid instead of words. */
        private void message(JsonParser json) throws IOException {
            message = JsonPullReader.text(json);
            JsonPullReader.object(json, this::field);
        }

        private void detail(JsonParser json) throws IOException {
            if (json.currentToken() == JsonToken.VALUE_STRING) {
                message = json.getText();
            }
            JsonPullReader.objects(json, this::violation);
        }

        private void violation(String name, JsonParser json) throws IOException {
            switch (name) {
                case "loc" -> {
                    location = "";
                    JsonPullReader.elements(json, this::location);
                    param(location);
                }
                case "type" -> code = code.isEmpty() ? JsonPullReader.text(json) : code;
                case "msg" -> message = message.isEmpty() ? JsonPullReader.text(json) : message;
                default -> {} // the input, among others
            }
        }

        private void location(JsonParser json) throws IOException {
            String part = json.currentToken().isNumeric() ? json.getText() : JsonPullReader.text(json);
            boolean root = location.isEmpty() && part.equals("body");
            location += root || part.isEmpty() ? "" : location.isEmpty() ? part : "." + part;
        }

        private void param(String name) {
            if (!name.isEmpty()) {
                params.add(name);
            }
        }

        private void details(String name, JsonParser json) throws IOException {
            if (name.equals("error_code")) {
                detail = JsonPullReader.text(json);
            }
        }
    }
}

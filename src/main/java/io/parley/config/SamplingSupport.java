package io.parley.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which models accept sampling parameters such as a temperature.
 *
 * @param supported whether any model does; otherwise they are never sent
 * @param refusing patterns of models that refuse them, so that the server's own defaults are not sent to them
 */
public record SamplingSupport(boolean supported, List<String> refusing) {

    public static final SamplingSupport ALL = new SamplingSupport(true, List.of());
    public static final SamplingSupport NONE = new SamplingSupport(false, List.of());

    /** OpenAI's reasoning models accept no temperature but 1. */
    public static final SamplingSupport NOT_REASONING =
            new SamplingSupport(true, List.of("o1*", "o3*", "o4*", "gpt-5*", "gpt-6*"));

    public SamplingSupport {
        refusing = List.copyOf(refusing);
    }

    /** Parses {@code all}, {@code none}, or patterns of the models that refuse, separated by commas; empty if it is neither. */
    public static Optional<SamplingSupport> parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "all" -> Optional.of(ALL);
            case "none" -> Optional.of(NONE);
            default -> patterns(text);
        };
    }

    private static Optional<SamplingSupport> patterns(String text) {
        List<String> patterns =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        boolean valid = patterns.stream().allMatch(pattern -> pattern.matches("[^\\s*]+\\*?"));
        return valid ? Optional.of(new SamplingSupport(true, patterns)) : Optional.empty();
    }

    /** Whether the server's own defaults may be sent to {@code model}, whose name may have prefixes that end with a slash. */
    public boolean acceptsDefaults(String model) {
        String name = model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return supported && refusing.stream().noneMatch(pattern -> matches(pattern.toLowerCase(Locale.ROOT), name));
    }

    private static boolean matches(String pattern, String name) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }
}

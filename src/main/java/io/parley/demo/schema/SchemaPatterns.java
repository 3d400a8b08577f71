package io.parley.demo.schema;

import com.google.re2j.Pattern;
import io.parley.json.TextRule;
import java.util.HashMap;
import java.util.Map;

/** Compiles the regular expressions of one schema once. Matches in linear time. */
final class SchemaPatterns {

    private final Map<String, Pattern> compiled = new HashMap<>();

    /** Whether {@code regex} matches somewhere in {@code text}. */
    boolean finds(String regex, String text) {
        return pattern(regex).matcher(text).find();
    }

    /** A text that {@code regex} should match; see {@link PatternText}. */
    String text(String regex, int variant) {
        return PatternText.of(pattern(regex).pattern(), variant);
    }

    private Pattern pattern(String regex) {
        return compiled.computeIfAbsent(regex, SchemaPatterns::compile);
    }

    private static Pattern compile(String regex) {
        if (!TextRule.REGEX.isMet().test(regex)) {
            throw new UnsupportedSchema("it has a regular expression that is invalid, or not in RE2 syntax");
        }
        return Pattern.compile(regex);
    }
}

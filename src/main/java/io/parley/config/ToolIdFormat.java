package io.parley.config;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The ids of tool calls that a provider accepts. Other ids are replaced by ids that depend only on them, so that a call and its result
 * still have the same id.
 *
 * @param pattern a regular expression that accepts one of the replacements
 */
public record ToolIdFormat(String pattern) {

    /** The lengths of replacements, which are lower-case letters and digits; the longest that the pattern accepts is used. */
    private static final List<Integer> LENGTHS = List.of(32, 24, 16, 9, 8);

    private static final int MAX_PATTERN_LENGTH = 100;

    /** The format with this pattern; empty if it is invalid or accepts no replacement. */
    public static Optional<ToolIdFormat> parse(String pattern) {
        try {
            boolean usable = pattern.length() <= MAX_PATTERN_LENGTH
                    && LENGTHS.stream().anyMatch(length -> Pattern.matches(pattern, replacement("id", length)));
            return usable ? Optional.of(new ToolIdFormat(pattern)) : Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    /** {@code id} if the provider accepts it, otherwise its replacement. */
    public String accepted(String id) {
        return Pattern.matches(pattern, id)
                ? id
                : LENGTHS.stream()
                        .map(length -> replacement(id, length))
                        .filter(candidate -> Pattern.matches(pattern, candidate))
                        .findFirst()
                        .orElse(id);
    }

    private static String replacement(String id, int length) {
        return new BigInteger(1, digest(id)).toString(Character.MAX_RADIX).substring(0, length);
    }

    private static byte[] digest(String id) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}

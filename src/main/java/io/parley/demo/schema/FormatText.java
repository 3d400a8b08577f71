package io.parley.demo.schema;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Writes texts of the formats that JSON schemas name. Texts with different indexes differ. */
enum FormatText {
    DATE,
    DATE_TIME,
    TIME,
    DURATION,
    EMAIL,
    HOSTNAME,
    IPV4,
    IPV6,
    URI,
    UUID,
    JSON_POINTER,
    RELATIVE_JSON_POINTER,
    REGEX;

    private static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);

    /** The format of this name; empty for an unknown one, which any text fits. */
    static Optional<FormatText> of(String format) {
        return Optional.ofNullable(
                switch (format) {
                    case "date" -> DATE;
                    case "date-time" -> DATE_TIME;
                    case "time" -> TIME;
                    case "duration" -> DURATION;
                    case "email", "idn-email" -> EMAIL;
                    case "hostname", "idn-hostname" -> HOSTNAME;
                    case "ipv4" -> IPV4;
                    case "ipv6" -> IPV6;
                    case "uri", "uri-reference", "uri-template", "iri", "iri-reference", "url" -> URI;
                    case "uuid" -> UUID;
                    case "json-pointer" -> JSON_POINTER;
                    case "relative-json-pointer" -> RELATIVE_JSON_POINTER;
                    case "regex" -> REGEX;
                    default -> null;
                });
    }

    /** The text of {@code index}, which is at least 0, with at least {@code minLength} characters if the format has texts of any length. */
    String text(int index, int minLength) {
        String padding = "a".repeat(minLength);
        return switch (this) {
            case DATE -> FIRST_DAY.plusDays(index).toString();
            case DATE_TIME ->
                FIRST_DAY
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .plusSeconds(index)
                        .toString();
            case TIME -> String.format("00:%02d:%02dZ", index / 60 % 60, index % 60);
            case DURATION -> "P" + (index + 1) + "D";
            case EMAIL -> "a" + padding + index + "@example.com";
            case HOSTNAME -> "a" + padding + index + ".example.com";
            case IPV4 -> "192.0.2." + (index + 1);
            case IPV6 -> "2001:db8::" + Integer.toHexString(index + 1);
            case URI -> "https://example.com/" + padding + index;
            case UUID -> String.format("00000000-0000-4000-8000-%012x", index);
            case JSON_POINTER -> "/" + padding + index;
            case RELATIVE_JSON_POINTER -> Integer.toString(index);
            case REGEX -> "a" + padding + index;
        };
    }
}

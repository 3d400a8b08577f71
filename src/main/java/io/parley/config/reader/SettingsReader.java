package io.parley.config.reader;

import io.parley.config.ConfigErrors;
import io.parley.config.Secret;
import io.parley.config.SettingNames;
import io.parley.contract.WireName;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads settings by path as typed values. A blank value means unset. Records every path that was read, with its default, so that
 * unknown paths can be found.
 */
final class SettingsReader {

    private final Map<String, String> configured;
    private final ConfigErrors errors;
    private final Map<String, String> defaults = new LinkedHashMap<>();

    SettingsReader(Map<String, String> configured, ConfigErrors errors) {
        this.configured = configured;
        this.errors = errors;
    }

    /** Every path that was read, with its default ("" if it has none), in the order of reading. */
    Map<String, String> defaults() {
        return defaults;
    }

    /** The names of the entries of the map at {@code path}, in the configured order. */
    Stream<String> names(String path) {
        return configured.keySet().stream()
                .filter(key -> key.startsWith(path + "."))
                .map(key -> key.substring(path.length() + 1))
                .filter(rest -> rest.contains("."))
                .map(rest -> rest.substring(0, rest.indexOf('.')))
                .distinct();
    }

    String text(String path, String defaultValue) {
        defaults.put(path, defaultValue);
        return configured(path).orElse(defaultValue);
    }

    Optional<String> text(String path) {
        return Optional.of(text(path, "")).filter(value -> !value.isEmpty());
    }

    Optional<Secret> secret(String path) {
        return text(path).map(Secret::new);
    }

    boolean flag(String path, boolean defaultValue) {
        return parse(path, String.valueOf(defaultValue), "must be true or false", SettingsReader::flag);
    }

    boolean yesOrNo(String path, boolean defaultValue) {
        return parse(path, String.valueOf(defaultValue), "must be yes or no", SettingsReader::yesOrNo);
    }

    int number(String path, int defaultValue) {
        return number(path, String.valueOf(defaultValue));
    }

    /** A limit; empty (unlimited) if it is unset. */
    OptionalInt limit(String path) {
        return text(path).isPresent() ? OptionalInt.of(number(path, "")) : OptionalInt.empty();
    }

    private int number(String path, String defaultValue) {
        return parse(path, defaultValue, "must be a whole number", text -> number(text.isEmpty() ? "0" : text));
    }

    double decimal(String path, String defaultValue) {
        return parse(path, defaultValue, "must be a number such as 1.25", SettingsReader::decimal);
    }

    Duration duration(String path, String defaultValue) {
        return parse(path, defaultValue, "must be a duration such as 250ms, 5s or 10m", UnitParser::duration);
    }

    int size(String path, String defaultValue) {
        return parse(path, defaultValue, "must be a size such as 512B, 256KiB or 4MiB", UnitParser::size);
    }

    <E extends Enum<E>> E choice(String path, String defaultValue, Class<E> type) {
        String choices = Arrays.stream(type.getEnumConstants())
                .map(SettingsReader::configName)
                .collect(Collectors.joining(", "));
        return parse(
                path,
                defaultValue,
                "must be one of " + choices,
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> configName(constant).equalsIgnoreCase(text))
                        .findFirst());
    }

    /** A constant of {@code type}, whose words may be separated by - or _; empty if it is unset or invalid. */
    <E extends Enum<E>> Optional<E> optionalChoice(String path, Class<E> type) {
        return optional(
                path,
                "must be one of " + String.join(", ", WireName.all(type)),
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> configName(constant)
                                .equals(text.toLowerCase(Locale.ROOT).replace('_', '-')))
                        .findFirst());
    }

    /** Yes or no; empty if it is unset or invalid. */
    Optional<Boolean> optionalFlag(String path) {
        return optional(path, "must be yes or no", SettingsReader::yesOrNo);
    }

    /** A value without a default; empty if it is unset or invalid. {@code rule} says in an error what is valid. */
    <T> Optional<T> optional(String path, String rule, Function<String, Optional<T>> parser) {
        return text(path).flatMap(text -> {
            Optional<T> value = parser.apply(text);
            errors.checkSetting(value.isPresent(), path, rule + ", not \"" + text + "\"");
            return value;
        });
    }

    /** Like {@link #optional}, but the error does not repeat the value, which may contain a secret. */
    <T> Optional<T> optionalSecret(String path, String rule, Function<String, Optional<T>> parser) {
        return text(path).flatMap(text -> {
            Optional<T> value = parser.apply(text);
            errors.checkSetting(value.isPresent(), path, rule);
            return value;
        });
    }

    List<String> list(String path) {
        return text(path).stream()
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /** A URL. The error does not repeat the value, which may contain a password. */
    Optional<URI> address(String path, String defaultValue) {
        return Optional.of(text(path, defaultValue))
                .filter(text -> !text.isEmpty())
                .flatMap(text -> {
                    Optional<URI> uri = uri(text);
                    errors.checkSetting(uri.isPresent(), path, "must be a URL such as https://example.com/v1");
                    return uri;
                });
    }

    private <T> T parse(String path, String defaultValue, String rule, Function<String, Optional<T>> parser) {
        String text = text(path, defaultValue);
        return parser.apply(text).orElseGet(() -> {
            errors.add(SettingNames.describe(path) + " " + rule + ", not \"" + text + "\"");
            return parser.apply(defaultValue).orElseThrow();
        });
    }

    private Optional<String> configured(String path) {
        return Optional.ofNullable(configured.get(path)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static Optional<Boolean> flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<Boolean> yesOrNo(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "yes" -> Optional.of(true);
            case "no" -> Optional.of(false);
            default -> flag(text);
        };
    }

    private static Optional<Integer> number(String text) {
        try {
            return Optional.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Double> decimal(String text) {
        return text.matches("\\d{1,9}(\\.\\d{1,9})?") ? Optional.of(Double.valueOf(text)) : Optional.empty();
    }

    private static String configName(Enum<?> choice) {
        return WireName.of(choice).replace('_', '-');
    }

    private static Optional<URI> uri(String text) {
        try {
            return Optional.of(URI.create(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

package io.parley.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads the fields of a JSON object by what they must be, and notes every mistake instead of stopping at the first. What is wrong reads
 * as something harmless; nothing that was read may be used before {@link Mistakes#raise}.
 */
final class Fields {

    private static final BigDecimal MOST_DOLLARS = BigDecimal.valueOf(1_000_000_000);
    private static final int MICRO = 6;
    private static final Instant END_OF_TIME = Instant.parse("+10000-01-01T00:00:00Z");

    private final String pointer;
    private final ObjectNode object;
    private final Mistakes mistakes;
    private final Set<String> known = new HashSet<>();

    Fields(String pointer, ObjectNode object, Mistakes mistakes) {
        this.pointer = pointer;
        this.object = object;
        this.mistakes = mistakes;
    }

    boolean has(String name) {
        return object.has(name);
    }

    /** A string of at most {@code most} code points. */
    String text(String name, int most) {
        return required(name, maybeText(name, most)).orElse("");
    }

    Optional<String> maybeText(String name, int most) {
        return value(name, JsonNodeType.STRING, "must be a string")
                .map(JsonNode::textValue)
                .filter(text -> check(
                        name,
                        text.codePointCount(0, text.length()) <= most,
                        "length",
                        "must have at most " + most + " characters"));
    }

    /** A whole number that must be there. */
    long whole(String name, long least, long most) {
        return required(name, maybe(name, least, most)).orElse(least);
    }

    int number(String name, int least, int most) {
        return Math.toIntExact(whole(name, least, most));
    }

    OptionalInt maybeNumber(String name, int least, int most) {
        Optional<Long> number = maybe(name, least, most);
        return number.isPresent() ? OptionalInt.of(Math.toIntExact(number.get())) : OptionalInt.empty();
    }

    OptionalLong maybeWhole(String name, long least, long most) {
        Optional<Long> number = maybe(name, least, most);
        return number.isPresent() ? OptionalLong.of(number.get()) : OptionalLong.empty();
    }

    private Optional<Long> maybe(String name, long least, long most) {
        return value(name, JsonNodeType.NUMBER, "must be a number")
                .filter(number -> check(
                        name,
                        number.isIntegralNumber()
                                && number.canConvertToLong()
                                && number.longValue() >= least
                                && number.longValue() <= most,
                        "range",
                        "must be a whole number from " + least + " to " + most))
                .map(JsonNode::longValue);
    }

    /** Any number. */
    Optional<BigDecimal> maybeDecimal(String name, BigDecimal least, BigDecimal most) {
        return value(name, JsonNodeType.NUMBER, "must be a number")
                .map(JsonNode::decimalValue)
                .filter(given -> check(
                        name,
                        given.compareTo(least) >= 0 && given.compareTo(most) <= 0,
                        "range",
                        "must be from " + least + " to " + most));
    }

    /** Dollars, as micro-dollars. */
    OptionalLong maybeMicros(String name) {
        Optional<BigDecimal> dollars = maybeDecimal(name, BigDecimal.ZERO, MOST_DOLLARS)
                .map(BigDecimal::stripTrailingZeros)
                .filter(given -> check(name, given.scale() <= MICRO, "range", "must have at most six decimals"));
        return dollars.isPresent()
                ? OptionalLong.of(dollars.get().movePointRight(MICRO).longValueExact())
                : OptionalLong.empty();
    }

    boolean flag(String name) {
        return required(name, value(name, JsonNodeType.BOOLEAN, "must be true or false"))
                .map(JsonNode::booleanValue)
                .orElse(false);
    }

    Instant instant(String name) {
        return required(name, maybeInstant(name)).orElse(Instant.EPOCH);
    }

    Optional<Instant> maybeInstant(String name) {
        return maybeText(name, 64).flatMap(text -> {
            Optional<Instant> instant = parsed(text);
            check(name, instant.isPresent(), "date", "must be an ISO-8601 instant between 1970 and 9999");
            return instant;
        });
    }

    private static Optional<Instant> parsed(String text) {
        try {
            Instant instant = Instant.parse(text);
            boolean usual = !instant.isBefore(Instant.EPOCH) && instant.isBefore(END_OF_TIME);
            return usual ? Optional.of(instant) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** One of the words of {@code type}, in lower case; {@code otherwise} stands in for a mistake. */
    <E extends Enum<E>> E word(String name, Class<E> type, E otherwise) {
        return required(name, maybeWord(name, type)).orElse(otherwise);
    }

    <E extends Enum<E>> Optional<E> maybeWord(String name, Class<E> type) {
        List<String> words = Arrays.stream(type.getEnumConstants())
                .map(word -> word.name().toLowerCase(Locale.ROOT))
                .toList();
        return maybeText(name, 64)
                .filter(text -> check(name, words.contains(text), "enum", "must be one of " + String.join(", ", words)))
                .map(text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)));
    }

    /** A list of objects. */
    <T> List<T> objects(String name, int least, int most, Function<Fields, T> item) {
        return list(name, least, most, (at, node) -> {
            if (node instanceof ObjectNode inner) {
                return Optional.of(inner(at, inner, item));
            }
            mistakes.add(at, "type", "must be an object");
            return Optional.empty();
        });
    }

    /** A list of strings. */
    List<String> texts(String name, int most) {
        return list(name, 0, most, (at, node) -> {
            if (node.isTextual()) {
                return Optional.of(node.textValue());
            }
            mistakes.add(at, "type", "must be a string");
            return Optional.empty();
        });
    }

    private <T> List<T> list(String name, int least, int most, Item<T> item) {
        List<T> items = new ArrayList<>();
        required(name, value(name, JsonNodeType.ARRAY, "must be a list"))
                .filter(list -> check(
                        name,
                        list.size() >= least && list.size() <= most,
                        "size",
                        "must have " + least + " to " + most + " entries"))
                .ifPresent(list -> {
                    for (int i = 0; i < list.size(); i++) {
                        item.read(at(name) + "/" + i, list.get(i)).ifPresent(items::add);
                    }
                });
        return items;
    }

    /** An object that must be there; empty only if it is not. */
    <T> Optional<T> object(String name, Function<Fields, T> read) {
        return required(name, maybeObject(name, read));
    }

    <T> Optional<T> maybeObject(String name, Function<Fields, T> read) {
        return value(name, JsonNodeType.OBJECT, "must be an object")
                .map(node -> inner(at(name), (ObjectNode) node, read));
    }

    private <T> T inner(String at, ObjectNode node, Function<Fields, T> read) {
        Fields fields = new Fields(at, node, mistakes);
        T value = read.apply(fields);
        fields.end();
        return value;
    }

    /** A string that keeps a rule of its own. */
    Optional<String> checked(String name, Optional<String> text, Predicate<String> fits, String rule, String words) {
        return text.filter(given -> check(name, fits.test(given), rule, words));
    }

    /** A rule of this object's own. */
    boolean check(String name, boolean holds, String rule, String words) {
        if (!holds) {
            mistakes.add(at(name), rule, words);
        }
        return holds;
    }

    /** Nothing else may be there. */
    void end() {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                mistakes.add(at(name), "unknown", "there is no such field");
            }
        });
    }

    private <T> Optional<T> required(String name, Optional<T> value) {
        check(name, object.has(name), "required", "must be given");
        return value;
    }

    private Optional<JsonNode> value(String name, JsonNodeType type, String words) {
        known.add(name);
        return Optional.ofNullable(object.get(name))
                .filter(node -> check(name, node.getNodeType() == type, "type", words));
    }

    private String at(String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    private interface Item<T> {
        Optional<T> read(String at, JsonNode node);
    }
}

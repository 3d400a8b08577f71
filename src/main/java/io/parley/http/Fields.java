package io.parley.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the fields of a JSON object by what they must be, and collects every mistake instead of stopping at the first. A field that
 * is wrong reads as if it were absent; nothing that was read may be used before {@link #end}.
 */
final class Fields {

    private static final double MICROS = 1_000_000;

    private final String pointer;
    private final ObjectNode object;
    private final Mistakes mistakes;
    private final boolean strict;
    private final Set<String> known = new HashSet<>();

    /** @param strict whether a field that nobody reads is a mistake, and {@code null} is not as good as nothing */
    Fields(String pointer, ObjectNode object, Mistakes mistakes, boolean strict) {
        this.pointer = pointer;
        this.object = object;
        this.mistakes = mistakes;
        this.strict = strict;
    }

    /** A string that must be there. */
    String text(String name, Text rule) {
        required(name);
        return maybeText(name, rule).orElse("");
    }

    /** A string that may be absent. */
    Optional<String> maybeText(String name, Text rule) {
        return value(name, JsonNodeType.STRING)
                .map(JsonNode::textValue)
                .filter(text -> check(name, rule.fits().test(text), rule.rule(), rule.words()));
    }

    /** A moment that may be absent. */
    Optional<Instant> maybeInstant(String name) {
        return maybeText(name, Text.INSTANT)
                .map(text -> OffsetDateTime.parse(text).toInstant());
    }

    /** A whole number that may be absent. */
    OptionalInt maybeInt(String name, int least, int most) {
        Optional<BigInteger> whole = value(name, JsonNodeType.NUMBER)
                .filter(number -> check(name, number.isIntegralNumber(), "type", "must be a whole number"))
                .map(JsonNode::bigIntegerValue)
                .filter(number -> check(
                        name,
                        number.compareTo(BigInteger.valueOf(least)) >= 0
                                && number.compareTo(BigInteger.valueOf(most)) <= 0,
                        "range",
                        "must be from " + least + " to " + most));
        return whole.isPresent() ? OptionalInt.of(whole.get().intValueExact()) : OptionalInt.empty();
    }

    /** A number that may be absent. */
    OptionalDouble maybeNumber(String name, double least, double most) {
        Optional<Double> number = value(name, JsonNodeType.NUMBER)
                .map(JsonNode::doubleValue)
                .filter(given ->
                        check(name, given >= least && given <= most, "range", "must be from " + least + " to " + most));
        return number.isPresent() ? OptionalDouble.of(number.get()) : OptionalDouble.empty();
    }

    /** Dollars, read as micro-dollars, that may be absent. */
    OptionalLong maybeUsd(String name, double most) {
        OptionalDouble dollars = maybeNumber(name, 0, most);
        return dollars.isPresent() ? OptionalLong.of(Math.round(dollars.getAsDouble() * MICROS)) : OptionalLong.empty();
    }

    /** True, false or absent. */
    Optional<Boolean> maybeFlag(String name) {
        return value(name, JsonNodeType.BOOLEAN).map(JsonNode::booleanValue);
    }

    /** One of the words of {@code type}, in lower case, that must be there; {@code otherwise} stands in for a mistake. */
    <E extends Enum<E>> E word(String name, Class<E> type, E otherwise) {
        required(name);
        return maybeWord(name, type).orElse(otherwise);
    }

    /** One of the words of {@code type}, in lower case, that may be absent. */
    <E extends Enum<E>> Optional<E> maybeWord(String name, Class<E> type) {
        List<String> words = Arrays.stream(type.getEnumConstants())
                .map(word -> word.name().toLowerCase(Locale.ROOT))
                .toList();
        return value(name, JsonNodeType.STRING)
                .map(JsonNode::textValue)
                .filter(text -> check(name, words.contains(text), "enum", "must be one of " + String.join(", ", words)))
                .map(text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)));
    }

    /** A list of objects that must be there. */
    <T> List<T> list(String name, int least, int most, Function<Fields, T> item) {
        required(name);
        List<T> items = new ArrayList<>();
        value(name, JsonNodeType.ARRAY)
                .filter(list -> check(
                        name,
                        list.size() >= least && list.size() <= most,
                        "size",
                        "must have " + least + " to " + most + " entries"))
                .ifPresent(list -> {
                    for (int i = 0; i < list.size(); i++) {
                        item(at(name) + "/" + i, list.get(i), item).ifPresent(items::add);
                    }
                });
        return items;
    }

    /** A list of strings that may be absent. */
    List<String> maybeTexts(String name, int most, Text rule) {
        List<String> texts = new ArrayList<>();
        value(name, JsonNodeType.ARRAY)
                .filter(list -> check(name, list.size() <= most, "size", "must have at most " + most + " entries"))
                .ifPresent(list -> {
                    for (int i = 0; i < list.size(); i++) {
                        String place = name + "/" + i;
                        JsonNode item = list.get(i);
                        if (!item.isTextual()) {
                            mistakes.add(pointer + "/" + place, "type", "must be a string");
                        } else if (!rule.fits().test(item.textValue())) {
                            mistakes.add(pointer + "/" + place, rule.rule(), rule.words());
                        } else {
                            texts.add(item.textValue());
                        }
                    }
                });
        return texts;
    }

    /** An object that may be absent. */
    <T> Optional<T> maybeObject(String name, Function<Fields, T> read) {
        return value(name, JsonNodeType.OBJECT).flatMap(node -> item(at(name), node, read));
    }

    /** An object of whatever fields, as JSON text; may be absent. */
    Optional<String> maybeJson(String name) {
        return value(name, JsonNodeType.OBJECT).map(Answer::text);
    }

    /** Whether the field is a list. */
    boolean isList(String name) {
        return object.path(name).isArray();
    }

    /** Whether the field is an object. */
    boolean isObject(String name) {
        return object.path(name).isObject();
    }

    private <T> Optional<T> item(String at, JsonNode node, Function<Fields, T> item) {
        if (!(node instanceof ObjectNode inner)) {
            mistakes.add(at, "type", "must be an object");
            return Optional.empty();
        }
        Fields fields = new Fields(at, inner, mistakes, strict);
        T read = item.apply(fields);
        fields.unknown();
        return Optional.of(read);
    }

    /** Whether the field is {@code null}, which takes away what it had; only asked of fields that can be taken away. */
    boolean cleared(String name) {
        JsonNode node = object.get(name);
        if (node == null || !node.isNull()) {
            return false;
        }
        known.add(name);
        object.remove(name);
        return true;
    }

    /** A rule of this object's own. */
    boolean check(String name, boolean holds, String rule, String words) {
        if (!holds) {
            mistakes.add(at(name), rule, words);
        }
        return holds;
    }

    /** Whether the field is there at all. */
    boolean has(String name) {
        return object.has(name);
    }

    /** Whether nothing is wrong with the field so far. */
    boolean sound(String name) {
        return mistakes.none(at(name));
    }

    /** Nothing else may be there, unless it is let be; fails with all mistakes at once, if there are any. */
    void end() {
        unknown();
        mistakes.raise();
    }

    private void unknown() {
        if (!strict) {
            return;
        }
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                mistakes.add(Text.readable(name) ? at(name) : pointer, "unknown", "there is no such field");
            }
        });
    }

    private void required(String name) {
        check(name, strict ? object.has(name) : object.hasNonNull(name), "required", "must be given");
        known.add(name);
    }

    /** A value of whatever type, unless it is absent or {@code null}. */
    Optional<JsonNode> any(String name) {
        known.add(name);
        return Optional.ofNullable(object.get(name)).filter(node -> !node.isNull());
    }

    private Optional<JsonNode> value(String name, JsonNodeType type) {
        known.add(name);
        return Optional.ofNullable(object.get(name))
                .filter(node -> strict || !node.isNull())
                .filter(node -> check(name, node.getNodeType() == type, "type", article(type)))
                .filter(_ -> sound(name));
    }

    private static String article(JsonNodeType type) {
        return switch (type) {
            case ARRAY -> "must be a list";
            case BOOLEAN -> "must be true or false";
            case NUMBER -> "must be a number";
            case STRING -> "must be a string";
            case OBJECT, BINARY, MISSING, NULL, POJO -> "must be an object";
        };
    }

    private String at(String name) {
        return Mistakes.under(pointer, name);
    }

    /** The problem of a value that came elsewhere than in a body. */
    static RuntimeException malformed(String code, String detail) {
        return new Problem.Malformed(code, detail).toException();
    }
}

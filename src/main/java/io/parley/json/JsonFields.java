package io.parley.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem.Violation;
import io.parley.contract.WireName;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads typed fields of a JSON object and collects all violations instead of stopping at the first. An invalid field reads as
 * absent, or as a harmless value if it is required; do not use any value before {@link #finish} has succeeded.
 */
public final class JsonFields {

    private static final int MAX_DROPPED = 50;
    private static final int MAX_DROPPED_LENGTH = 64;
    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9_.-]");

    private final String pointer;
    private final ObjectNode object;
    private final Violations violations;
    private final boolean strict;
    private final Set<String> dropped;
    private final IdentityHashMap<Object, String> places;
    private final Set<String> known = new HashSet<>();

    /** @param strict whether unknown fields are violations, and {@code null} differs from absent */
    JsonFields(String pointer, ObjectNode object, Violations violations, boolean strict) {
        this(pointer, object, violations, strict, new LinkedHashSet<>(), new IdentityHashMap<>());
    }

    private JsonFields(
            String pointer,
            ObjectNode object,
            Violations violations,
            boolean strict,
            Set<String> dropped,
            IdentityHashMap<Object, String> places) {
        this.pointer = pointer;
        this.object = object;
        this.violations = violations;
        this.strict = strict;
        this.dropped = dropped;
        this.places = places;
    }

    /** A required string. */
    public String text(String name, TextRule rule) {
        require(name);
        return optionalText(name, rule).orElse("");
    }

    public Optional<String> optionalText(String name, TextRule rule) {
        return value(name, JsonNodeType.STRING)
                .map(JsonNode::textValue)
                .filter(text -> check(name, rule.isMet().test(text), rule.name(), rule.message()));
    }

    /** A required instant. */
    public Instant instant(String name) {
        require(name);
        return optionalInstant(name).orElse(Instant.EPOCH);
    }

    public Optional<Instant> optionalInstant(String name) {
        return optionalText(name, TextRule.INSTANT)
                .map(text -> OffsetDateTime.parse(text).toInstant());
    }

    /** A required whole number. */
    public int integer(String name, int min, int max) {
        require(name);
        return optionalInteger(name, min, max).orElse(min);
    }

    public OptionalInt optionalInteger(String name, int min, int max) {
        OptionalLong number = optionalLongInteger(name, min, max);
        return number.isPresent() ? OptionalInt.of(Math.toIntExact(number.getAsLong())) : OptionalInt.empty();
    }

    /** A required whole number that may be too large for an {@code int}. */
    public long longInteger(String name, long min, long max) {
        require(name);
        return optionalLongInteger(name, min, max).orElse(min);
    }

    public OptionalLong optionalLongInteger(String name, long min, long max) {
        Optional<BigInteger> number = value(name, JsonNodeType.NUMBER)
                .filter(given -> check(name, given.isIntegralNumber(), "type", "must be a whole number"))
                .map(JsonNode::bigIntegerValue)
                .filter(given -> check(
                        name,
                        given.compareTo(BigInteger.valueOf(min)) >= 0 && given.compareTo(BigInteger.valueOf(max)) <= 0,
                        "range",
                        "must be from " + min + " to " + max));
        return number.isPresent() ? OptionalLong.of(number.get().longValueExact()) : OptionalLong.empty();
    }

    public OptionalDouble optionalNumber(String name, double min, double max) {
        Optional<Double> number = value(name, JsonNodeType.NUMBER)
                .map(JsonNode::doubleValue)
                .filter(given ->
                        check(name, given >= min && given <= max, "range", "must be from " + min + " to " + max));
        return number.isPresent() ? OptionalDouble.of(number.get()) : OptionalDouble.empty();
    }

    /** Dollars, as micro-dollars rounded to the nearest. */
    public OptionalLong optionalUsd(String name, double max) {
        OptionalDouble dollars = optionalNumber(name, 0, max);
        return dollars.isPresent() ? OptionalLong.of(Usd.toMicros(dollars.getAsDouble())) : OptionalLong.empty();
    }

    /** Dollars, as micro-dollars; more than six decimals are a violation. */
    public OptionalLong optionalExactUsd(String name, double max) {
        OptionalLong micros = optionalUsd(name, max);
        boolean exact = micros.isEmpty() || Usd.isExact(object.get(name).decimalValue());
        return check(name, exact, "range", "must have at most six decimals") ? micros : OptionalLong.empty();
    }

    /** A required {@code true} or {@code false}. */
    public boolean flag(String name) {
        require(name);
        return optionalFlag(name).orElse(false);
    }

    public Optional<Boolean> optionalFlag(String name) {
        return value(name, JsonNodeType.BOOLEAN).map(JsonNode::booleanValue);
    }

    /** A required constant of {@code type}, by its {@link WireName}; {@code invalid} stands in for a violation. */
    public <E extends Enum<E>> E oneOf(String name, Class<E> type, E invalid) {
        require(name);
        return optionalOneOf(name, type).orElse(invalid);
    }

    public <E extends Enum<E>> Optional<E> optionalOneOf(String name, Class<E> type) {
        return value(name, JsonNodeType.STRING).map(JsonNode::textValue).flatMap(text -> {
            Optional<E> constant = WireName.parse(type, text);
            check(name, constant.isPresent(), "enum", "must be one of " + String.join(", ", WireName.all(type)));
            return constant;
        });
    }

    /** A required list of objects; entries that are not objects are skipped. */
    public <T> List<T> objects(String name, int min, int max, Function<JsonFields, T> read) {
        require(name);
        return list(name, min, max, (at, node) -> object(at, node, read));
    }

    /** A required list of strings. */
    public List<String> texts(String name, int max, TextRule rule) {
        require(name);
        return optionalTexts(name, max, rule);
    }

    /** A list of strings; an absent one reads as empty. */
    public List<String> optionalTexts(String name, int max, TextRule rule) {
        return list(name, 0, max, (at, node) -> {
            if (!node.isTextual()) {
                violations.add(at, "type", "must be a string");
                return Optional.empty();
            }
            if (!rule.isMet().test(node.textValue())) {
                violations.add(at, rule.name(), rule.message());
                return Optional.empty();
            }
            return Optional.of(node.textValue());
        });
    }

    /** A required object; empty only if it is invalid. */
    public <T> Optional<T> object(String name, Function<JsonFields, T> read) {
        require(name);
        return optionalObject(name, read);
    }

    public <T> Optional<T> optionalObject(String name, Function<JsonFields, T> read) {
        return value(name, JsonNodeType.OBJECT).flatMap(node -> object(at(name), node, read));
    }

    /** An object with any fields, as JSON text. */
    public Optional<String> optionalJson(String name) {
        return value(name, JsonNodeType.OBJECT).map(JsonWriter::text);
    }

    /** A value of any type; empty if it is absent or {@code null}. */
    public Optional<JsonNode> any(String name) {
        known.add(name);
        return Optional.ofNullable(object.get(name)).filter(node -> !node.isNull());
    }

    public boolean has(String name) {
        return object.has(name);
    }

    public boolean isList(String name) {
        return object.path(name).isArray();
    }

    public boolean isObject(String name) {
        return object.path(name).isObject();
    }

    /** Whether the field is {@code null}, which unsets it; the field then reads as absent. Only for fields that can be unset. */
    public boolean removeNull(String name) {
        JsonNode node = object.get(name);
        if (node == null || !node.isNull()) {
            return false;
        }
        known.add(name);
        object.remove(name);
        return true;
    }

    /** Adds a violation at the field {@code name} unless {@code holds}; returns {@code holds}. */
    public boolean check(String name, boolean holds, String rule, String message) {
        if (!holds) {
            violations.add(at(name), rule, message);
        }
        return holds;
    }

    /** Checks that the field is present. In a compatible format {@code null} means absent. */
    public void require(String name) {
        check(name, strict ? object.has(name) : object.hasNonNull(name), "required", "must be given");
        known.add(name);
    }

    /** Whether there is no violation at the field so far. */
    public boolean isValid(String name) {
        return !violations.contains(at(name));
    }

    /** Leaves the field out, and remembers its name if it has a value. */
    public void drop(String name) {
        any(name).ifPresent(_ -> addDropped(name));
    }

    /** Leaves out the fields that were not read so far. In a compatible format only; fields of inner objects are left out by themselves. */
    public void dropUnknown() {
        object.properties().forEach(field -> {
            JsonNode value = field.getValue();
            boolean empty = value.isNull() || (value.isContainerNode() && value.isEmpty());
            if (!empty && !known.contains(field.getKey())) {
                addDropped(field.getKey());
            }
        });
    }

    /** Leaves out this whole object, which is remembered as {@code name}. */
    public void leaveOut(String name) {
        object.fieldNames().forEachRemaining(known::add);
        addDropped(name);
    }

    /** Remembers that {@code value} was read from this object; returns {@code value}. */
    public <T> T place(T value) {
        places.put(value, pointer);
        return value;
    }

    /** The JSON pointer of the object that {@code value} itself was read from, anywhere in the document, if that is remembered. */
    public Optional<String> placeOf(Object value) {
        return Optional.ofNullable(places.get(value));
    }

    /** The names of all fields that were left out, at any depth, in the order of discovery; safe to show. */
    public List<String> dropped() {
        return List.copyOf(dropped);
    }

    private void addDropped(String name) {
        if (dropped.size() < MAX_DROPPED) {
            String start = name.substring(0, Math.min(name.length(), MAX_DROPPED_LENGTH));
            dropped.add(UNSAFE.matcher(start).replaceAll("?"));
        }
    }

    /** All violations so far, in the whole document. */
    public List<Violation> violations() {
        return violations.all();
    }

    /** Checks that there are no unknown fields, and throws all violations at once if there are any. */
    public void finish() {
        checkUnknown();
        violations.throwIfAny();
    }

    private void checkUnknown() {
        if (!strict) {
            return;
        }
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                violations.add(TextRule.isPrintable(name) ? at(name) : pointer, "unknown", "unknown field");
            }
        });
    }

    private Optional<JsonNode> value(String name, JsonNodeType type) {
        known.add(name);
        return Optional.ofNullable(object.get(name))
                .filter(node -> strict || !node.isNull())
                .filter(node -> check(name, node.getNodeType() == type, "type", message(type)))
                .filter(_ -> isValid(name));
    }

    private static String message(JsonNodeType type) {
        return switch (type) {
            case ARRAY -> "must be a list";
            case BOOLEAN -> "must be true or false";
            case NUMBER -> "must be a number";
            case STRING -> "must be a string";
            case OBJECT, BINARY, MISSING, NULL, POJO -> "must be an object";
        };
    }

    private <T> List<T> list(String name, int min, int max, Item<T> item) {
        List<T> items = new ArrayList<>();
        value(name, JsonNodeType.ARRAY)
                .filter(list -> check(name, list.size() >= min && list.size() <= max, "size", size(min, max)))
                .ifPresent(list -> {
                    for (int i = 0; i < list.size(); i++) {
                        item.read(at(name) + "/" + i, list.get(i)).ifPresent(items::add);
                    }
                });
        return items;
    }

    private static String size(int min, int max) {
        return min == 0 ? "must have at most " + max + " entries" : "must have " + min + " to " + max + " entries";
    }

    private <T> Optional<T> object(String at, JsonNode node, Function<JsonFields, T> read) {
        if (!(node instanceof ObjectNode inner)) {
            violations.add(at, "type", "must be an object");
            return Optional.empty();
        }
        JsonFields fields = new JsonFields(at, inner, violations, strict, dropped, places);
        T value = read.apply(fields);
        if (strict) {
            fields.checkUnknown();
        } else {
            fields.dropUnknown();
        }
        return Optional.of(value);
    }

    private String at(String name) {
        return Violations.pointer(pointer, name);
    }

    private interface Item<T> {
        Optional<T> read(String at, JsonNode node);
    }
}

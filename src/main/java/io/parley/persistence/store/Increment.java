package io.parley.persistence.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Adds {@code amount} to an integer field, unless the result would exceed {@code max}. */
public record Increment(Field field, long amount, OptionalLong max) {

    public Increment {
        if (field.type() != Field.Type.INTEGER) {
            throw new IllegalArgumentException(field + " is not an integer field");
        }
    }

    public static Increment of(Field field, long amount) {
        return new Increment(field, amount, OptionalLong.empty());
    }

    public static Increment bounded(Field field, long amount, long max) {
        return new Increment(field, amount, OptionalLong.of(max));
    }

    /** Returns {@code document} with all increments applied, empty if one would exceed its limit. */
    public static Optional<Document> apply(List<Increment> increments, Document document) {
        Map<Field, Value> fields = new HashMap<>(document.fields());
        for (Increment increment : increments) {
            long value = Math.addExact(document.integer(increment.field()), increment.amount());
            if (increment.max().isPresent() && value > increment.max().getAsLong()) {
                return Optional.empty();
            }
            fields.put(increment.field(), Value.of(value));
        }
        return Optional.of(new Document(document.id(), document.version(), fields, document.body()));
    }
}

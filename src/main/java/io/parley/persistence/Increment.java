package io.parley.persistence;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Adds {@code by} to an integer field, unless the result would exceed {@code atMost}. */
record Increment(Field field, long by, OptionalLong atMost) {

    Increment {
        if (field.type() != Field.Type.WHOLE) {
            throw new IllegalArgumentException(field + " is not an integer field");
        }
    }

    static Increment of(Field field, long by) {
        return new Increment(field, by, OptionalLong.empty());
    }

    static Increment within(Field field, long by, long atMost) {
        return new Increment(field, by, OptionalLong.of(atMost));
    }

    /** Returns {@code document} with all increments applied, empty if one would exceed its limit. */
    static Optional<Document> taken(List<Increment> steps, Document document) {
        Map<Field, Value> fields = new HashMap<>(document.fields());
        for (Increment step : steps) {
            long then = Math.addExact(document.whole(step.field()), step.by());
            if (step.atMost().isPresent() && then > step.atMost().getAsLong()) {
                return Optional.empty();
            }
            fields.put(step.field(), Value.of(then));
        }
        return Optional.of(new Document(document.id(), document.version(), fields, document.body()));
    }
}

package io.parley.persistence;

import java.util.Map;

/**
 * What a store holds.
 *
 * @param version grows by one with every change
 * @param fields the declared fields, all of them
 * @param body JSON that no store looks into
 */
record Document(String id, long version, Map<Field, Value> fields, String body) {
    Document {
        fields = Map.copyOf(fields);
    }

    Value value(Field field) {
        Value value = fields.get(field);
        if (value == null) {
            throw new IllegalArgumentException("document without " + field);
        }
        return value;
    }

    String text(Field field) {
        return switch (value(field)) {
            case Value.Text text -> text.text();
            case Value.Whole _ -> throw new IllegalArgumentException(field + " is no text");
        };
    }

    long whole(Field field) {
        return switch (value(field)) {
            case Value.Whole whole -> whole.number();
            case Value.Text _ -> throw new IllegalArgumentException(field + " is no number");
        };
    }
}

package io.parley.persistence.store;

import java.util.Map;

/**
 * A stored document: id, version, declared fields and JSON body.
 *
 * @param version increases by one with every change
 * @param fields a value for every declared field of its type
 * @param body JSON that stores do not interpret
 */
public record Document(String id, long version, Map<Field, Value> fields, String body) {
    public Document {
        fields = Map.copyOf(fields);
    }

    public Value value(Field field) {
        Value value = fields.get(field);
        if (value == null) {
            throw new IllegalArgumentException("document without " + field);
        }
        return value;
    }

    public String text(Field field) {
        return switch (value(field)) {
            case Value.TextValue text -> text.text();
            case Value.IntegerValue _ -> throw new IllegalArgumentException(field + " is not a text field");
        };
    }

    public long integer(Field field) {
        return switch (value(field)) {
            case Value.IntegerValue integer -> integer.number();
            case Value.TextValue _ -> throw new IllegalArgumentException(field + " is not an integer field");
        };
    }
}

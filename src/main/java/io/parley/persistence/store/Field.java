package io.parley.persistence.store;

import java.util.regex.Pattern;

/** A declared field, by which documents can be filtered, ordered and counted. Its name is a constant, never client input. */
public record Field(String name, Type type) {

    public enum Type {
        TEXT,
        INTEGER
    }

    private static final Pattern NAME = Pattern.compile("(?!id$|version$|body$)[a-z][a-z_]*");

    public Field {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(name + " is not a valid field name");
        }
    }

    public static Field text(String name) {
        return new Field(name, Type.TEXT);
    }

    public static Field integer(String name) {
        return new Field(name, Type.INTEGER);
    }

    /** Whether {@code value} has the type of this field. */
    boolean accepts(Value value) {
        return type
                == switch (value) {
                    case Value.TextValue _ -> Type.TEXT;
                    case Value.IntegerValue _ -> Type.INTEGER;
                };
    }
}

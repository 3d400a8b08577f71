package io.parley.persistence;

import java.util.regex.Pattern;

/** A declared field: what documents of a kind can be found, ordered and counted by. Its name is ours, never a client's. */
record Field(String name, Type type) {

    enum Type {
        TEXT,
        WHOLE
    }

    private static final Pattern NAME = Pattern.compile("(?!id$|version$|body$)[a-z][a-z_]*");

    Field {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(name + " cannot name a field");
        }
    }

    static Field text(String name) {
        return new Field(name, Type.TEXT);
    }

    static Field whole(String name) {
        return new Field(name, Type.WHOLE);
    }

    /** Whether {@code value} is of this field's type. */
    boolean takes(Value value) {
        return type
                == switch (value) {
                    case Value.Text _ -> Type.TEXT;
                    case Value.Whole _ -> Type.WHOLE;
                };
    }
}

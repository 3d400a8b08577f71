package io.parley.persistence.store;

/** The value of a declared field: text or integer. There are no other types, so that both stores compare and order values alike. */
public sealed interface Value {

    record TextValue(String text) implements Value {}

    record IntegerValue(long number) implements Value {}

    static Value of(String text) {
        return new TextValue(text);
    }

    static Value of(long number) {
        return new IntegerValue(number);
    }
}

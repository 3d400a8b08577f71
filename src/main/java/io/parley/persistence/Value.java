package io.parley.persistence;

/** The value of a declared field: text or integer. There are no other types, so that both stores compare and order values alike. */
sealed interface Value {

    record Text(String text) implements Value {}

    record Whole(long number) implements Value {}

    static Value of(String text) {
        return new Text(text);
    }

    static Value of(long number) {
        return new Whole(number);
    }
}

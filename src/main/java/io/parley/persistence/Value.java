package io.parley.persistence;

/** What a declared field holds. Only these two exist, so that both stores compare and order them alike. */
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

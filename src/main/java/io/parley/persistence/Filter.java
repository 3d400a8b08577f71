package io.parley.persistence;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Selects documents by id, by equality of declared fields, and by a range on at most one field. */
record Filter(Optional<Set<String>> ids, Map<Field, Value> equal, Optional<Range> range) {

    /** Matches every document. */
    static final Filter ANY = new Filter(Optional.empty(), Map.of(), Optional.empty());

    /** The values from {@code from} (inclusive) to {@code below} (exclusive). */
    record Range(Field field, Optional<Value> from, Optional<Value> below) {}

    Filter {
        ids = ids.map(Set::copyOf);
        equal = Map.copyOf(equal);
    }

    static Filter where(Field field, String text) {
        return ANY.and(field, text);
    }

    static Filter where(Field field, long number) {
        return ANY.and(field, Value.of(number));
    }

    Filter and(Field field, String text) {
        return and(field, Value.of(text));
    }

    Filter and(Field field, long number) {
        return and(field, Value.of(number));
    }

    Filter withId(String id) {
        return withIds(Set.of(id));
    }

    Filter withIds(Set<String> newIds) {
        return new Filter(Optional.of(newIds), equal, range);
    }

    Filter from(Field field, long inclusive) {
        return from(field, Value.of(inclusive));
    }

    Filter from(Field field, String inclusive) {
        return from(field, Value.of(inclusive));
    }

    Filter below(Field field, long exclusive) {
        return below(field, Value.of(exclusive));
    }

    Filter below(Field field, String exclusive) {
        return below(field, Value.of(exclusive));
    }

    private Filter from(Field field, Value inclusive) {
        Optional<Value> below = range.flatMap(Range::below);
        return new Filter(ids, equal, Optional.of(new Range(field, Optional.of(inclusive), below)));
    }

    private Filter below(Field field, Value exclusive) {
        Optional<Value> from = range.flatMap(Range::from);
        return new Filter(ids, equal, Optional.of(new Range(field, from, Optional.of(exclusive))));
    }

    private Filter and(Field field, Value value) {
        Map<Field, Value> extended = new HashMap<>(equal);
        extended.put(field, value);
        return new Filter(ids, extended, range);
    }
}

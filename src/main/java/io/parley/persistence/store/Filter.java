package io.parley.persistence.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Selects documents by id, by equality of declared fields, and by a range on at most one field. */
public record Filter(Optional<Set<String>> ids, Map<Field, Value> equal, Optional<Range> range) {

    /** Matches every document. */
    public static final Filter ANY = new Filter(Optional.empty(), Map.of(), Optional.empty());

    /** The values from {@code from} (inclusive) to {@code below} (exclusive). */
    public record Range(Field field, Optional<Value> from, Optional<Value> below) {}

    public Filter {
        ids = ids.map(Set::copyOf);
        equal = Map.copyOf(equal);
    }

    public static Filter where(Field field, String text) {
        return ANY.and(field, text);
    }

    public static Filter where(Field field, long number) {
        return ANY.and(field, Value.of(number));
    }

    public Filter and(Field field, String text) {
        return and(field, Value.of(text));
    }

    public Filter and(Field field, long number) {
        return and(field, Value.of(number));
    }

    public Filter withId(String id) {
        return withIds(Set.of(id));
    }

    public Filter withIds(Set<String> newIds) {
        return new Filter(Optional.of(newIds), equal, range);
    }

    public Filter from(Field field, long inclusive) {
        return from(field, Value.of(inclusive));
    }

    public Filter from(Field field, String inclusive) {
        return from(field, Value.of(inclusive));
    }

    public Filter below(Field field, long exclusive) {
        return below(field, Value.of(exclusive));
    }

    public Filter below(Field field, String exclusive) {
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

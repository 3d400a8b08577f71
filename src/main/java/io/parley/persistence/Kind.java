package io.parley.persistence;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A kind of document: one table, one collection.
 *
 * @param fields what its documents can be found by; every document has them all
 * @param indexes the fields of each index, in order; the id always follows as the last
 */
record Kind(String name, List<Field> fields, List<List<Field>> indexes) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z_]*");

    Kind {
        fields = List.copyOf(fields);
        indexes = List.copyOf(indexes);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(name + " cannot name a kind of document");
        }
        if (!fields.containsAll(indexes.stream().flatMap(List::stream).toList())) {
            throw new IllegalArgumentException(name + " has an index on a field that it does not declare");
        }
    }

    /** That {@code document} is whole: a mistake is found before it reaches a store. */
    Document check(Document document) {
        if (document.fields().size() != fields.size()) {
            throw new IllegalArgumentException("a document of " + name + " has " + fields.size() + " fields");
        }
        fields.forEach(field -> check(field, document.value(field)));
        return document;
    }

    /** That {@code filter} asks only for what is declared. */
    Filter check(Filter filter) {
        check(filter.equal());
        filter.range().ifPresent(range -> {
            range.from().ifPresent(value -> check(range.field(), value));
            range.below().ifPresent(value -> check(range.field(), value));
        });
        return filter;
    }

    /** That {@code values} are of declared fields. */
    Map<Field, Value> check(Map<Field, Value> values) {
        values.forEach(this::check);
        return values;
    }

    private void check(Field field, Value value) {
        if (!fields.contains(field) || !field.takes(value)) {
            throw new IllegalArgumentException(name + " has no such field: " + field);
        }
    }
}

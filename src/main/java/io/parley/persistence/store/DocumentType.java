package io.parley.persistence.store;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A type of document, stored in a table or collection of its own.
 *
 * @param fields the fields that documents can be filtered and ordered by; every document has all of them
 * @param indexes the fields of each index, in order; the id is always appended
 */
public record DocumentType(String name, List<Field> fields, List<List<Field>> indexes) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z_]*");

    public DocumentType {
        fields = List.copyOf(fields);
        indexes = List.copyOf(indexes);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(name + " is not a valid document type name");
        }
        if (!fields.containsAll(indexes.stream().flatMap(List::stream).toList())) {
            throw new IllegalArgumentException(name + " has an index on a field that it does not declare");
        }
    }

    /** Returns {@code document} if it has exactly the declared fields, so that mistakes fail before they reach a store. */
    public Document validate(Document document) {
        if (document.fields().size() != fields.size()) {
            throw new IllegalArgumentException("a document of " + name + " must have " + fields.size() + " fields");
        }
        fields.forEach(field -> validate(field, document.value(field)));
        return document;
    }

    /** Returns {@code filter} if it uses declared fields only. */
    public Filter validate(Filter filter) {
        validate(filter.equal());
        filter.range().ifPresent(range -> {
            range.from().ifPresent(value -> validate(range.field(), value));
            range.below().ifPresent(value -> validate(range.field(), value));
        });
        return filter;
    }

    /** Returns {@code values} if they belong to declared fields. */
    public Map<Field, Value> validate(Map<Field, Value> values) {
        values.forEach(this::validate);
        return values;
    }

    private void validate(Field field, Value value) {
        if (!fields.contains(field) || !field.accepts(value)) {
            throw new IllegalArgumentException(name + " has no such field: " + field);
        }
    }
}

package io.parley.persistence.sqlite;

import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.Field;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Increment;
import io.parley.persistence.store.Query;
import io.parley.persistence.store.Query.Position;
import io.parley.persistence.store.Value;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An SQLite statement with its bound values. The text contains declared names only; every value is bound. Equal queries have equal
 * texts, so that a connection prepares each of them once.
 */
record SqlStatement(String text, List<Value> binds) {

    private static final String EQUALS_PARAMETER = " = ?";

    /** Collects conditions and their bound values. */
    private static final class WhereClause {
        private final List<String> conditions = new ArrayList<>();
        private final List<Value> binds = new ArrayList<>();

        WhereClause(Filter filter) {
            filter.ids().ifPresent(this::ids);
            sorted(filter.equal()).forEach(equal -> and(equal.getKey().name() + EQUALS_PARAMETER, equal.getValue()));
            filter.range().ifPresent(range -> {
                range.from().ifPresent(from -> and(range.field().name() + " >= ?", from));
                range.below().ifPresent(below -> and(range.field().name() + " < ?", below));
            });
        }

        /** The text does not depend on the number of ids, so that it is prepared once. */
        private void ids(Set<String> ids) {
            if (ids.size() == 1) {
                and("id" + EQUALS_PARAMETER, Value.of(ids.iterator().next()));
            } else {
                String list = new JsonArray(List.copyOf(ids)).encode();
                and("id IN (SELECT value FROM json_each(?))", Value.of(list));
            }
        }

        final WhereClause and(String condition, Value... values) {
            conditions.add(condition);
            binds.addAll(List.of(values));
            return this;
        }

        String text() {
            return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        }
    }

    static List<String> schema(DocumentType type) {
        String columns = type.fields().stream()
                .map(field ->
                        field.name() + (field.type() == Field.Type.TEXT ? " TEXT NOT NULL, " : " INTEGER NOT NULL, "))
                .collect(Collectors.joining());
        Stream<String> table = Stream.of("CREATE TABLE IF NOT EXISTS " + type.name()
                + " (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, " + columns
                + "body TEXT NOT NULL) STRICT");
        Stream<String> indexes = type.indexes().stream()
                .map(fields -> fields.stream().map(Field::name).toList())
                .map(names -> "CREATE INDEX IF NOT EXISTS " + type.name() + "_by_" + String.join("_", names) + " ON "
                        + type.name() + " (" + String.join(", ", names) + ", id)");
        return Stream.concat(table, indexes).toList();
    }

    /** Changes nothing if the id already exists. */
    static SqlStatement insert(DocumentType type, Document document) {
        String placeholders = ", ?".repeat(type.fields().size());
        return new SqlStatement(
                "INSERT INTO " + type.name() + " (" + columns(type) + ") VALUES (?, ?" + placeholders
                        + ", ?) ON CONFLICT (id) DO NOTHING",
                row(type, document, document.version()));
    }

    static SqlStatement replace(DocumentType type, Document next, Filter filter) {
        WhereClause where =
                new WhereClause(filter.withId(next.id())).and("version" + EQUALS_PARAMETER, Value.of(next.version()));
        String placeholders = ", ?".repeat(type.fields().size());
        return new SqlStatement(
                "UPDATE " + type.name() + " SET (" + columns(type) + ") = (?, ?" + placeholders + ", ?)" + where.text(),
                join(row(type, next, next.version() + 1), where.binds));
    }

    /** Returns the updated document. */
    static SqlStatement increment(DocumentType type, String id, List<Increment> increments) {
        List<Value> binds = new ArrayList<>();
        StringBuilder sets = new StringBuilder("version = version + 1");
        WhereClause where = new WhereClause(Filter.ANY.withId(id));
        for (Increment increment : increments) {
            String name = increment.field().name();
            sets.append(", ").append(name).append(" = ").append(name).append(" + ?");
            binds.add(Value.of(increment.amount()));
            increment
                    .max()
                    .ifPresent(max -> where.and(name + " + ? <= ?", Value.of(increment.amount()), Value.of(max)));
        }
        return new SqlStatement(
                "UPDATE " + type.name() + " SET " + sets + where.text() + " RETURNING " + columns(type),
                join(binds, where.binds));
    }

    static SqlStatement set(DocumentType type, Filter filter, Map<Field, Value> values) {
        List<Map.Entry<Field, Value>> sorted = sorted(values);
        String sets = sorted.stream()
                .map(entry -> ", " + entry.getKey().name() + EQUALS_PARAMETER)
                .collect(Collectors.joining());
        WhereClause where = new WhereClause(filter);
        return new SqlStatement(
                "UPDATE " + type.name() + " SET version = version + 1" + sets + where.text(),
                join(sorted.stream().map(Map.Entry::getValue).toList(), where.binds));
    }

    static SqlStatement get(DocumentType type, String id, Filter filter) {
        WhereClause where = new WhereClause(filter.withId(id));
        return new SqlStatement("SELECT " + columns(type) + " FROM " + type.name() + where.text(), where.binds);
    }

    static SqlStatement find(DocumentType type, Query query) {
        String field = query.order().field().name();
        boolean descending = query.order().descending();
        WhereClause where = new WhereClause(query.filter());
        query.after().ifPresent(after -> where.and(afterPosition(field, descending), positionBinds(after)));
        String direction = descending ? " DESC" : "";
        return new SqlStatement(
                "SELECT " + columns(type) + " FROM " + type.name() + where.text() + " ORDER BY " + field + direction
                        + ", id" + direction + " LIMIT ?",
                join(where.binds, List.of(Value.of(query.limit()))));
    }

    static SqlStatement delete(DocumentType type, Filter filter) {
        WhereClause where = new WhereClause(filter);
        return new SqlStatement("DELETE FROM " + type.name() + where.text(), where.binds);
    }

    private static String afterPosition(String field, boolean descending) {
        return "(" + field + ", id) " + (descending ? "<" : ">") + " (?, ?)";
    }

    private static Value[] positionBinds(Position position) {
        return new Value[] {position.value(), Value.of(position.id())};
    }

    private static String columns(DocumentType type) {
        return "id, version, "
                + type.fields().stream().map(field -> field.name() + ", ").collect(Collectors.joining()) + "body";
    }

    private static List<Value> row(DocumentType type, Document document, long version) {
        List<Value> row = new ArrayList<>(type.fields().size() + 3);
        row.add(Value.of(document.id()));
        row.add(Value.of(version));
        type.fields().forEach(field -> row.add(document.value(field)));
        row.add(Value.of(document.body()));
        return row;
    }

    /** Sorts by name, so that equal queries have equal texts. */
    private static List<Map.Entry<Field, Value>> sorted(Map<Field, Value> values) {
        return values.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().name()))
                .toList();
    }

    private static List<Value> join(List<Value> first, List<Value> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}

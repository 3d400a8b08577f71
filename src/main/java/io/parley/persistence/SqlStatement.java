package io.parley.persistence;

import io.parley.persistence.Query.Position;
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

    private static final String IS = " = ?";

    /** Collects conditions and their bound values. */
    private static final class WhereClause {
        private final List<String> conditions = new ArrayList<>();
        private final List<Value> binds = new ArrayList<>();

        WhereClause(Filter filter) {
            filter.ids().ifPresent(this::ids);
            sorted(filter.equal()).forEach(equal -> and(equal.getKey().name() + IS, equal.getValue()));
            filter.range().ifPresent(range -> {
                range.from().ifPresent(from -> and(range.field().name() + " >= ?", from));
                range.below().ifPresent(below -> and(range.field().name() + " < ?", below));
            });
        }

        /** The text does not depend on the number of ids, so that it is prepared once. */
        private void ids(Set<String> ids) {
            if (ids.size() == 1) {
                and("id" + IS, Value.of(ids.iterator().next()));
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

    static List<String> schema(DocumentType kind) {
        String columns = kind.fields().stream()
                .map(field ->
                        field.name() + (field.type() == Field.Type.TEXT ? " TEXT NOT NULL, " : " INTEGER NOT NULL, "))
                .collect(Collectors.joining());
        Stream<String> table = Stream.of("CREATE TABLE IF NOT EXISTS " + kind.name()
                + " (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, " + columns
                + "body TEXT NOT NULL) STRICT");
        Stream<String> indexes = kind.indexes().stream()
                .map(fields -> fields.stream().map(Field::name).toList())
                .map(names -> "CREATE INDEX IF NOT EXISTS " + kind.name() + "_by_" + String.join("_", names) + " ON "
                        + kind.name() + " (" + String.join(", ", names) + ", id)");
        return Stream.concat(table, indexes).toList();
    }

    /** Changes nothing if the id exists already. */
    static SqlStatement insert(DocumentType kind, Document document) {
        String holes = ", ?".repeat(kind.fields().size());
        return new SqlStatement(
                "INSERT INTO " + kind.name() + " (" + columns(kind) + ") VALUES (?, ?" + holes
                        + ", ?) ON CONFLICT (id) DO NOTHING",
                row(kind, document, document.version()));
    }

    static SqlStatement replace(DocumentType kind, Document next, Filter filter) {
        WhereClause where = new WhereClause(filter.withId(next.id())).and("version" + IS, Value.of(next.version()));
        String holes = ", ?".repeat(kind.fields().size());
        return new SqlStatement(
                "UPDATE " + kind.name() + " SET (" + columns(kind) + ") = (?, ?" + holes + ", ?)" + where.text(),
                join(row(kind, next, next.version() + 1), where.binds));
    }

    /** Returns the updated document. */
    static SqlStatement increment(DocumentType kind, String id, List<Increment> steps) {
        List<Value> binds = new ArrayList<>();
        StringBuilder sets = new StringBuilder("version = version + 1");
        WhereClause where = new WhereClause(Filter.ANY.withId(id));
        for (Increment step : steps) {
            String name = step.field().name();
            sets.append(", ").append(name).append(" = ").append(name).append(" + ?");
            binds.add(Value.of(step.by()));
            step.atMost().ifPresent(most -> where.and(name + " + ? <= ?", Value.of(step.by()), Value.of(most)));
        }
        return new SqlStatement(
                "UPDATE " + kind.name() + " SET " + sets + where.text() + " RETURNING " + columns(kind),
                join(binds, where.binds));
    }

    static SqlStatement set(DocumentType kind, Filter filter, Map<Field, Value> values) {
        List<Map.Entry<Field, Value>> sorted = sorted(values);
        String sets =
                sorted.stream().map(each -> ", " + each.getKey().name() + IS).collect(Collectors.joining());
        WhereClause where = new WhereClause(filter);
        return new SqlStatement(
                "UPDATE " + kind.name() + " SET version = version + 1" + sets + where.text(),
                join(sorted.stream().map(Map.Entry::getValue).toList(), where.binds));
    }

    static SqlStatement get(DocumentType kind, String id, Filter filter) {
        WhereClause where = new WhereClause(filter.withId(id));
        return new SqlStatement("SELECT " + columns(kind) + " FROM " + kind.name() + where.text(), where.binds);
    }

    static SqlStatement find(DocumentType kind, Query query) {
        String field = query.order().field().name();
        boolean descending = query.order().descending();
        WhereClause where = new WhereClause(query.filter());
        query.after().ifPresent(after -> where.and(beyond(field, descending), place(after)));
        String direction = descending ? " DESC" : "";
        return new SqlStatement(
                "SELECT " + columns(kind) + " FROM " + kind.name() + where.text() + " ORDER BY " + field + direction
                        + ", id" + direction + " LIMIT ?",
                join(where.binds, List.of(Value.of(query.limit()))));
    }

    static SqlStatement delete(DocumentType kind, Filter filter) {
        WhereClause where = new WhereClause(filter);
        return new SqlStatement("DELETE FROM " + kind.name() + where.text(), where.binds);
    }

    private static String beyond(String field, boolean descending) {
        return "(" + field + ", id) " + (descending ? "<" : ">") + " (?, ?)";
    }

    private static Value[] place(Position position) {
        return new Value[] {position.value(), Value.of(position.id())};
    }

    private static String columns(DocumentType kind) {
        return "id, version, "
                + kind.fields().stream().map(field -> field.name() + ", ").collect(Collectors.joining()) + "body";
    }

    private static List<Value> row(DocumentType kind, Document document, long version) {
        List<Value> row = new ArrayList<>(kind.fields().size() + 3);
        row.add(Value.of(document.id()));
        row.add(Value.of(version));
        kind.fields().forEach(field -> row.add(document.value(field)));
        row.add(Value.of(document.body()));
        return row;
    }

    /** Sorts by name, so that equal queries have equal texts. */
    private static List<Map.Entry<Field, Value>> sorted(Map<Field, Value> values) {
        return values.entrySet().stream()
                .sorted(Comparator.comparing(each -> each.getKey().name()))
                .toList();
    }

    private static List<Value> join(List<Value> first, List<Value> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}

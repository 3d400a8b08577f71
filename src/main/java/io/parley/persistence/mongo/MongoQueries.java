package io.parley.persistence.mongo;

import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.Field;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Increment;
import io.parley.persistence.store.Query;
import io.parley.persistence.store.Value;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Translates documents, filters and updates to MongoDB's JSON. Field names are declared ones and values are strings and longs, so
 * client input is never interpreted as an operator or a path.
 */
final class MongoQueries {

    private static final String ID = "_id";
    private static final String VERSION = "version";
    private static final String BODY = "body";

    private MongoQueries() {}

    static JsonObject document(DocumentType type, Document document, long version) {
        JsonObject json = new JsonObject().put(ID, document.id()).put(VERSION, version);
        type.fields().forEach(field -> json.put(field.name(), toJson(document.value(field))));
        return json.put(BODY, document.body());
    }

    static Document document(DocumentType type, JsonObject json) {
        Map<Field, Value> fields = new HashMap<>();
        for (Field field : type.fields()) {
            fields.put(
                    field,
                    switch (field.type()) {
                        case TEXT -> Value.of(json.getString(field.name()));
                        case INTEGER -> Value.of(json.getLong(field.name()));
                    });
        }
        return new Document(json.getString(ID), json.getLong(VERSION), fields, json.getString(BODY));
    }

    static JsonObject filter(Filter filter) {
        JsonObject query = new JsonObject();
        filter.ids().ifPresent(ids -> query.put(ID, ids(ids)));
        filter.equal().forEach((field, value) -> query.put(field.name(), toJson(value)));
        filter.range().ifPresent(range -> {
            JsonArray bounds = new JsonArray();
            range.from().ifPresent(from -> bounds.add(compare(range.field().name(), "$gte", from)));
            range.below().ifPresent(below -> bounds.add(compare(range.field().name(), "$lt", below)));
            query.put("$and", bounds);
        });
        return query;
    }

    static JsonObject withVersion(long version, JsonObject query) {
        return query.put(VERSION, version);
    }

    /** The filter of {@code query}, with its start position; the redundant bound on the field alone makes the index usable. */
    static JsonObject find(Query query) {
        JsonObject filter = filter(query.filter());
        query.after().ifPresent(after -> {
            String field = query.order().field().name();
            String operator = query.order().descending() ? "$lt" : "$gt";
            JsonArray alternatives = new JsonArray()
                    .add(compare(field, operator, after.value()))
                    .add(compare(ID, operator, Value.of(after.id())));
            filter.put(
                    "$and",
                    filter.getJsonArray("$and", new JsonArray())
                            .add(compare(field, operator + "e", after.value()))
                            .add(new JsonObject().put("$or", alternatives)));
        });
        return filter;
    }

    static JsonObject sort(Query query) {
        int direction = query.order().descending() ? -1 : 1;
        return new JsonObject().put(query.order().field().name(), direction).put(ID, direction);
    }

    /** Matches the document only if every increment stays within its limit. */
    static JsonObject withinLimits(String id, List<Increment> increments) {
        JsonArray limits = new JsonArray();
        for (Increment increment : increments) {
            increment
                    .max()
                    .ifPresent(max -> limits.add(compare(
                            increment.field().name(), "$lte", Value.of(Math.subtractExact(max, increment.amount())))));
        }
        JsonObject query = new JsonObject().put(ID, id);
        return limits.isEmpty() ? query : query.put("$and", limits);
    }

    static JsonObject increment(List<Increment> increments) {
        JsonObject amounts = new JsonObject().put(VERSION, 1L);
        increments.forEach(increment -> amounts.put(increment.field().name(), increment.amount()));
        return new JsonObject().put("$inc", amounts);
    }

    static JsonObject set(Map<Field, Value> values) {
        JsonObject fields = new JsonObject();
        values.forEach((field, value) -> fields.put(field.name(), toJson(value)));
        return new JsonObject().put("$set", fields).put("$inc", new JsonObject().put(VERSION, 1L));
    }

    static JsonObject index(List<Field> fields) {
        JsonObject keys = new JsonObject();
        fields.forEach(field -> keys.put(field.name(), 1));
        return keys.put(ID, 1);
    }

    private static Object ids(Set<String> ids) {
        return ids.size() == 1 ? ids.iterator().next() : new JsonObject().put("$in", new JsonArray(List.copyOf(ids)));
    }

    private static JsonObject compare(String name, String operator, Value value) {
        return new JsonObject().put(name, new JsonObject().put(operator, toJson(value)));
    }

    private static Object toJson(Value value) {
        return switch (value) {
            case Value.TextValue text -> text.text();
            case Value.IntegerValue integer -> integer.number();
        };
    }
}

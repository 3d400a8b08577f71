package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A small instance of a JSON schema. */
final class SchemaSample {

    private SchemaSample() {}

    static JsonObject object(JsonObject schema) {
        return of(schema) instanceof JsonObject object ? object : new JsonObject();
    }

    static Object of(JsonObject schema) {
        if (schema.getValue("const") instanceof Object value) {
            return value;
        }
        JsonArray choices = schema.getJsonArray("enum", schema.getJsonArray("anyOf", new JsonArray()));
        if (!choices.isEmpty()) {
            return choices.getValue(0) instanceof JsonObject choice ? of(choice) : choices.getValue(0);
        }
        Object type = schema.getValue("type", "object") instanceof JsonArray types
                ? types.getValue(0)
                : schema.getValue("type", "object");
        return switch (String.valueOf(type)) {
            case "string" -> "Paris";
            case "integer", "number" -> 1;
            case "boolean" -> true;
            case "array" ->
                new JsonArray().add(of(schema.getJsonObject("items", new JsonObject().put("type", "string"))));
            default -> properties(schema.getJsonObject("properties", new JsonObject()));
        };
    }

    private static JsonObject properties(JsonObject properties) {
        JsonObject sample = new JsonObject();
        properties.fieldNames().forEach(name -> sample.put(name, of(properties.getJsonObject(name))));
        return sample;
    }
}

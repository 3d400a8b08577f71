package io.parley.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;

/** Converts JSON objects to Jackson's trees. */
final class JsonTrees {

    private static final JsonMapper MAPPER = new JsonMapper();

    private JsonTrees() {}

    static JsonNode of(JsonObject json) {
        try {
            return MAPPER.readTree(json.encode());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}

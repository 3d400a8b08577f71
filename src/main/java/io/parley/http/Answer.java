package io.parley.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/** What a route answers with when nothing went wrong. */
record Answer(int status, Optional<JsonNode> body, Optional<String> location) {

    private static final ObjectMapper JSON = new JsonMapper();

    static Answer ok(JsonNode body) {
        return new Answer(200, Optional.of(body), Optional.empty());
    }

    static Answer created(JsonNode body, String location) {
        return new Answer(201, Optional.of(body), Optional.of(location));
    }

    static Answer gone() {
        return new Answer(204, Optional.empty(), Optional.empty());
    }

    static Answer unavailable(JsonNode body) {
        return new Answer(503, Optional.of(body), Optional.empty());
    }

    /** Say it. */
    Future<Void> send(HttpServerResponse response) {
        response.setStatusCode(status);
        location.ifPresent(where -> response.putHeader("Location", where));
        if (body.isEmpty()) {
            return response.end();
        }
        return response.putHeader("Content-Type", "application/json").end(encode(body.get()));
    }

    /** JSON as bytes; a lone surrogate becomes a question mark rather than a failure. */
    static Buffer encode(JsonNode json) {
        return Buffer.buffer(text(json));
    }

    /** JSON on one line. */
    static String text(JsonNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

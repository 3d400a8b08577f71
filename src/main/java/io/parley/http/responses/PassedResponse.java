package io.parley.http.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.Set;

/** Finds the response of a provider in what is passed on to the client, so that it can be stored. */
final class PassedResponse {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> ENDS = Set.of("response.completed", "response.incomplete");

    private PassedResponse() {}

    /** The response that is the whole body; empty if it is not a response. */
    static Optional<ObjectNode> of(Buffer body) {
        return object(body.toString()).filter(PassedResponse::isResponse);
    }

    /** The response of the event that ends the stream, if it is among {@code events}. */
    static Optional<ObjectNode> ofEvents(byte[] events) {
        String text = new String(events, UTF_8);
        int at = -1;
        for (String end : ENDS) {
            at = Math.max(at, text.lastIndexOf("event: " + end + "\n"));
        }
        if (at < 0) {
            return Optional.empty();
        }
        int data = text.indexOf("data: ", at);
        int end = text.indexOf("\n\n", at);
        return data < 0 || end < data
                ? Optional.empty()
                : object(text.substring(data + "data: ".length(), end).replace("\ndata: ", "\n"))
                        .map(event -> event.get("response"))
                        .filter(ObjectNode.class::isInstance)
                        .map(ObjectNode.class::cast)
                        .filter(PassedResponse::isResponse);
    }

    private static boolean isResponse(JsonNode response) {
        return response.path("id").isTextual() && response.path("output").isArray();
    }

    private static Optional<ObjectNode> object(String text) {
        try {
            return JSON.readTree(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}

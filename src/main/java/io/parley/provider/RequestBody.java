package io.parley.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Json;
import io.parley.config.VendorConfig;
import io.parley.contract.Prompt.AnswerSchema;
import io.parley.contract.Said;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** What the requests to all vendors have in common. */
final class RequestBody {

    private RequestBody() {}

    static ObjectNode of(String model) {
        return Json.MAPPER.createObjectNode().put("model", model);
    }

    static void messages(ObjectNode body, List<Said> messages) {
        ArrayNode array = body.putArray("messages");
        messages.forEach(said -> array.addObject()
                .put("role", said.role().name().toLowerCase(Locale.ROOT))
                .put("content", said.content()));
    }

    static JsonNode schema(AnswerSchema schema) {
        try {
            return Json.MAPPER.readTree(schema.json());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Buffer bytes(ObjectNode body) {
        try {
            return Buffer.buffer(Json.MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static MultiMap headers(String accept) {
        return MultiMap.caseInsensitiveMultiMap()
                .add("content-type", "application/json")
                .add("accept", accept)
                .add("accept-encoding", "identity")
                .add("user-agent", "parley");
    }

    static void bearer(MultiMap headers, VendorConfig vendor) {
        vendor.apiKey().ifPresent(key -> headers.add("authorization", "Bearer " + key.reveal()));
    }
}

package io.parley.provider.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.parley.bus.ContractJson;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderProfile;
import io.parley.config.ProviderProfile.ApiKeyHeader;
import io.parley.contract.ChatMessage;
import io.parley.contract.NativeRequest;
import io.parley.contract.Tools;
import io.parley.contract.WireName;
import io.parley.json.JsonEditor;
import io.parley.json.JsonWriter;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** Creates the parts of requests that all providers have in common. */
final class RequestBody {

    private RequestBody() {}

    static ObjectNode of(String model) {
        return ContractJson.MAPPER.createObjectNode().put("model", model);
    }

    /** The client's body for this model. */
    static JsonEditor nativeBody(String model, NativeRequest request) {
        return new JsonEditor(request.body()).set("model", JsonWriter.text(TextNode.valueOf(model)));
    }

    static String role(ChatMessage message) {
        return WireName.of(message.role());
    }

    /** Writes tools in OpenAI's format, which Ollama uses too. */
    static void functions(ArrayNode array, List<Tools.Tool> tools) {
        for (Tools.Tool tool : tools) {
            ObjectNode function = array.addObject().put("type", "function").putObject("function");
            function.put("name", tool.name());
            tool.description().ifPresent(description -> function.put("description", description));
            tool.parameters().ifPresent(parameters -> function.set("parameters", json(parameters)));
            if (tool.strict()) {
                function.put("strict", true);
            }
        }
    }

    /** Parses JSON text that becomes a part of the body. */
    static JsonNode json(String text) {
        try {
            return ContractJson.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Buffer bytes(ObjectNode body) {
        try {
            return Buffer.buffer(ContractJson.MAPPER.writeValueAsBytes(body));
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

    /** Adds the API key and the headers that are configured for every request. */
    static void credentials(MultiMap headers, ProviderConfig config) {
        ProviderProfile.Http http = config.profile().http();
        config.apiKey()
                .ifPresent(key -> {
                    if (http.apiKeyHeader().orElse(ApiKeyHeader.AUTHORIZATION) == ApiKeyHeader.API_KEY) {
                        headers.add("api-key", key.reveal());
                    } else {
                        headers.add("authorization", "Bearer " + key.reveal());
                    }
                });
        http.extraHeaders().forEach((name, value) -> headers.set(name, value.reveal()));
    }

    /** Completes a body by what the provider's profile says about roles, tools and further fields. */
    static void applyProfile(ObjectNode body, ProviderConfig config) {
        ProviderProfile.Messages messages = config.profile().messages();
        for (JsonNode message : body.path("messages")) {
            Optional.ofNullable(messages.roles().get(message.path("role").asText()))
                    .ifPresent(role -> ((ObjectNode) message).put("role", role));
        }
        if (messages.emptyParameters()) {
            body.path("tools").forEach(RequestBody::completeParameters);
        }
        if (json(config.profile().generation().extraBody()) instanceof ObjectNode extra) {
            addMissing(body, extra);
        }
    }

    /** A schema without a type means anything; several providers accept only objects. */
    private static void completeParameters(JsonNode tool) {
        JsonNode owner = tool.path("function").isObject() ? tool.path("function") : tool;
        for (String name : List.of("parameters", "input_schema")) {
            if (owner.path(name) instanceof ObjectNode schema && schema.isEmpty()) {
                schema.put("type", "object").putObject("properties");
            }
        }
    }

    private static void addMissing(ObjectNode body, ObjectNode extra) {
        extra.properties().forEach(field -> {
            if (!body.has(field.getKey())) {
                body.set(field.getKey(), field.getValue());
            } else if (body.get(field.getKey()) instanceof ObjectNode own
                    && field.getValue() instanceof ObjectNode more) {
                addMissing(own, more);
            }
        });
    }
}

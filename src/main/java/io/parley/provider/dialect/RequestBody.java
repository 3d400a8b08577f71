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
import io.parley.contract.ApiFormat;
import io.parley.contract.ChatMessage;
import io.parley.contract.NativeRequest;
import io.parley.contract.Tools;
import io.parley.contract.WireName;
import io.parley.json.JsonEditor;
import io.parley.json.JsonWriter;
import io.parley.provider.profile.NativeProfile;
import io.parley.provider.profile.RefusableOption;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/** Creates the parts of requests that all providers have in common. */
final class RequestBody {

    private RequestBody() {}

    static ObjectNode of(String model) {
        return ContractJson.MAPPER.createObjectNode().put("model", model);
    }

    /** The client's body for this model, as the provider accepts it. */
    static JsonEditor nativeBody(
            String model, NativeRequest request, ProviderConfig config, Set<RefusableOption> refused) {
        boolean chat = request.format() == ApiFormat.OPENAI_CHAT || request.format() == ApiFormat.ANTHROPIC_MESSAGES;
        byte[] body = chat ? new NativeProfile(config.profile(), refused).applied(request.body()) : request.body();
        return new JsonEditor(body).set("model", JsonWriter.text(TextNode.valueOf(model)));
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
        config.apiKey().ifPresent(key -> {
            if (http.apiKeyHeader().orElse(ApiKeyHeader.AUTHORIZATION) == ApiKeyHeader.API_KEY) {
                headers.add("api-key", key.reveal());
            } else {
                headers.add("authorization", "Bearer " + key.reveal());
            }
        });
        http.extraHeaders().forEach((name, value) -> headers.set(name, value.reveal()));
    }
}

package io.parley.provider.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.ContractJson;
import io.parley.config.ProviderConfig;
import io.parley.contract.ApiFormat;
import io.parley.contract.GenerationOptions;
import io.parley.contract.NativeRequest;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.contract.WireName;
import io.vertx.core.MultiMap;

/** Translates to and from Ollama's chat API. */
final class OllamaDialect implements Dialect {

    private final ProviderConfig config;

    OllamaDialect(ProviderConfig config) {
        this.config = config;
    }

    @Override
    public ProviderRequest request(String model, Prompt prompt) {
        ObjectNode body = RequestBody.of(model);
        body.set("messages", OllamaMessageWriter.of(prompt.messages()));
        body.put("stream", true);
        ObjectNode options = options(prompt.options());
        if (!options.isEmpty()) {
            body.set("options", options);
        }
        if (prompt.options().jsonObject()) {
            body.put("format", "json");
        }
        prompt.responseSchema().ifPresent(schema -> body.set("format", RequestBody.json(schema.json())));
        prompt.options().reasoningEffort().ifPresent(effort -> think(body, effort));
        if (!prompt.tools().definitions().isEmpty() && prompt.tools().choice() != Tools.ToolChoice.NONE) {
            RequestBody.functions(body.putArray("tools"), prompt.tools().definitions());
        }
        return new ProviderRequest("/api/chat", headers("application/x-ndjson"), RequestBody.bytes(body));
    }

    private static ObjectNode options(GenerationOptions requested) {
        ObjectNode options = ContractJson.MAPPER.createObjectNode();
        requested.temperature().ifPresent(temperature -> options.put("temperature", temperature));
        requested.maxTokens().ifPresent(tokens -> options.put("num_predict", tokens));
        requested.topP().ifPresent(value -> options.put("top_p", value));
        requested.topK().ifPresent(value -> options.put("top_k", value));
        requested.frequencyPenalty().ifPresent(penalty -> options.put("frequency_penalty", penalty));
        requested.presencePenalty().ifPresent(penalty -> options.put("presence_penalty", penalty));
        requested.seed().ifPresent(seed -> options.put("seed", seed));
        if (!requested.stopSequences().isEmpty()) {
            requested.stopSequences().forEach(options.putArray("stop")::add);
        }
        return options;
    }

    private static void think(ObjectNode body, GenerationOptions.ReasoningEffort effort) {
        if (effort == GenerationOptions.ReasoningEffort.NONE) {
            body.put("think", false);
        } else {
            body.put("think", WireName.of(effort));
        }
    }

    @Override
    public ProviderRequest nativeRequest(String model, NativeRequest request) {
        if (request.format() != ApiFormat.OPENAI_EMBEDDINGS) {
            throw new IllegalArgumentException("no client speaks this format");
        }
        return EmbeddingTranslation.request(model, request, headers("application/json"));
    }

    @Override
    public ProviderRequest modelsRequest() {
        return ProviderRequest.get("/api/tags", headers("application/json"));
    }

    private MultiMap headers(String accept) {
        MultiMap headers = RequestBody.headers(accept);
        RequestBody.bearer(headers, config);
        return headers;
    }

    @Override
    public FrameReader reader() {
        return new OllamaLineReader();
    }
}

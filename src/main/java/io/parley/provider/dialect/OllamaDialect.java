package io.parley.provider.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.ContractJson;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderProfile.Generation;
import io.parley.contract.ApiFormat;
import io.parley.contract.GenerationOptions;
import io.parley.contract.NativeRequest;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.contract.WireName;
import io.parley.provider.profile.BodyProfile;
import io.parley.provider.profile.PromptAdapter;
import io.parley.provider.profile.ReasoningBudget;
import io.parley.provider.profile.RefusableOption;
import io.parley.provider.response.FrameReader;
import io.parley.provider.response.NativeReader;
import io.parley.provider.response.OllamaLineReader;
import io.vertx.core.MultiMap;
import java.util.Set;

/** Translates to and from Ollama's chat API. */
final class OllamaDialect implements Dialect {

    private final ProviderConfig config;

    OllamaDialect(ProviderConfig config) {
        this.config = config;
    }

    @Override
    public ProviderRequest request(String model, Prompt requested, Set<RefusableOption> refused) {
        Prompt prompt = new PromptAdapter(config, refused).adapted(model, requested);
        ObjectNode body = RequestBody.of(model);
        body.set("messages", OllamaMessageWriter.of(prompt.messages()));
        body.put("stream", true);
        ObjectNode options = options(prompt.options());
        Generation generation = config.profile().generation();
        generation.contextLength().ifPresent(tokens -> options.put("num_ctx", tokens));
        generation.keepAlive().ifPresent(time -> keepAlive(body, time));
        if (!options.isEmpty()) {
            body.set("options", options);
        }
        if (prompt.options().jsonObject()) {
            body.put("format", "json");
        }
        prompt.responseSchema().ifPresent(schema -> body.set("format", RequestBody.json(schema.json())));
        ReasoningBudget.effort(prompt.options()).ifPresent(effort -> think(body, effort));
        if (!prompt.tools().definitions().isEmpty() && prompt.tools().choice() != Tools.ToolChoice.NONE) {
            RequestBody.functions(body.putArray("tools"), prompt.tools().definitions());
        }
        BodyProfile.apply(body, config.profile());
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

    /** A number without a unit is a number of seconds, which Ollama accepts only as a number. */
    private static void keepAlive(ObjectNode body, String time) {
        if (time.matches("-?\\d+")) {
            body.put("keep_alive", Long.parseLong(time));
        } else {
            body.put("keep_alive", time);
        }
    }

    private static void think(ObjectNode body, GenerationOptions.ReasoningEffort effort) {
        if (effort == GenerationOptions.ReasoningEffort.NONE) {
            body.put("think", false);
        } else {
            body.put("think", WireName.of(effort));
        }
    }

    @Override
    public ProviderRequest nativeRequest(String model, NativeRequest request, Set<RefusableOption> refused) {
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
        RequestBody.credentials(headers, config);
        return headers;
    }

    /** Ollama passes on nothing but embeddings, in its own format. */
    @Override
    public NativeReader nativeReader(NativeRequest request) {
        return new EmbeddingTranslation();
    }

    @Override
    public FrameReader reader() {
        return new OllamaLineReader();
    }
}

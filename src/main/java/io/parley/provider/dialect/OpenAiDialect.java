package io.parley.provider.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderProfile.MaxTokensField;
import io.parley.contract.ApiFormat;
import io.parley.contract.GenerationOptions;
import io.parley.contract.NativeRequest;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.contract.WireName;
import io.parley.json.JsonEditor;
import io.parley.provider.profile.BodyProfile;
import io.parley.provider.profile.MaxTokensName;
import io.parley.provider.profile.PromptAdapter;
import io.parley.provider.profile.ReasoningBudget;
import io.parley.provider.profile.RefusableOption;
import io.parley.provider.response.FrameReader;
import io.parley.provider.response.OpenAiChunkReader;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Set;

/** Translates to and from OpenAI's Chat Completions API, which many providers support. */
final class OpenAiDialect implements Dialect {

    private final ProviderConfig config;

    OpenAiDialect(ProviderConfig config) {
        this.config = config;
    }

    @Override
    public ProviderRequest request(String model, Prompt requested, Set<RefusableOption> refused) {
        Prompt prompt = new PromptAdapter(config, refused).adapted(model, requested);
        ObjectNode body = RequestBody.of(model);
        body.set("messages", OpenAiMessageWriter.of(prompt.messages(), sendsThoughts()));
        body.put("stream", true);
        if (requestsUsage(refused)) {
            body.putObject("stream_options").put("include_usage", true);
        }
        MaxTokensField maxTokens =
                MaxTokensName.chosen(config.profile().generation().maxTokensField(), refused);
        options(body, prompt.options(), WireName.of(maxTokens));
        prompt.responseSchema()
                .ifPresent(schema -> body.putObject("response_format")
                        .put("type", "json_schema")
                        .putObject("json_schema")
                        .put("name", schema.name())
                        .put("strict", schema.strict())
                        .set("schema", RequestBody.json(schema.json())));
        tools(body, prompt.tools());
        BodyProfile.apply(body, config.profile());
        return new ProviderRequest("/chat/completions", headers("text/event-stream"), RequestBody.bytes(body));
    }

    /** Servers of the same format, such as DeepSeek's, continue from their own reasoning; OpenAI itself rejects it. */
    private boolean sendsThoughts() {
        return !"api.openai.com".equals(config.baseUrl().getHost());
    }

    private static void options(ObjectNode body, GenerationOptions options, String maxTokensField) {
        options.temperature().ifPresent(temperature -> body.put("temperature", temperature));
        options.maxTokens().ifPresent(tokens -> body.put(maxTokensField, tokens));
        options.topP().ifPresent(value -> body.put("top_p", value));
        options.frequencyPenalty().ifPresent(penalty -> body.put("frequency_penalty", penalty));
        options.presencePenalty().ifPresent(penalty -> body.put("presence_penalty", penalty));
        options.seed().ifPresent(seed -> body.put("seed", seed));
        ReasoningBudget.effort(options).ifPresent(effort -> body.put("reasoning_effort", WireName.of(effort)));
        if (!options.stopSequences().isEmpty()) {
            options.stopSequences().forEach(body.putArray("stop")::add);
        }
        if (options.jsonObject()) {
            body.putObject("response_format").put("type", "json_object");
        }
    }

    private static void tools(ObjectNode body, Tools tools) {
        if (tools.definitions().isEmpty()) {
            return;
        }
        RequestBody.functions(body.putArray("tools"), tools.definitions());
        if (tools.forcedTool().isPresent()) {
            body.putObject("tool_choice")
                    .put("type", "function")
                    .putObject("function")
                    .put("name", tools.forcedTool().get());
        } else if (tools.choice() != Tools.ToolChoice.AUTO) {
            body.put("tool_choice", WireName.of(tools.choice()));
        }
        if (!tools.parallel()) {
            body.put("parallel_tool_calls", false);
        }
    }

    @Override
    public ProviderRequest nativeRequest(String model, NativeRequest request, Set<RefusableOption> refused) {
        JsonEditor body = RequestBody.nativeBody(model, request, config, refused);
        boolean hasUsage =
                request.format() == ApiFormat.OPENAI_CHAT || request.format() == ApiFormat.OPENAI_COMPLETIONS;
        if (request.stream() && hasUsage && requestsUsage(refused)) {
            body.set("stream_options", "include_usage", "true");
        }
        String path = switch (request.format()) {
            case OPENAI_CHAT -> "/chat/completions";
            case OPENAI_RESPONSES -> "/responses";
            case OPENAI_COMPLETIONS -> "/completions";
            case OPENAI_EMBEDDINGS -> "/embeddings";
            case ANTHROPIC_MESSAGES -> throw new IllegalArgumentException("not a format of OpenAI");
        };
        String accept = request.stream() ? "text/event-stream" : "application/json";
        return new ProviderRequest(path, headers(accept), Buffer.buffer(body.toBytes()));
    }

    private boolean requestsUsage(Set<RefusableOption> refused) {
        return config.profile().generation().streamUsage() && !refused.contains(RefusableOption.STREAM_OPTIONS);
    }

    @Override
    public ProviderRequest modelsRequest() {
        return ProviderRequest.get("/models", headers("application/json"));
    }

    private MultiMap headers(String accept) {
        MultiMap headers = RequestBody.headers(accept);
        RequestBody.credentials(headers, config);
        return headers;
    }

    @Override
    public FrameReader reader() {
        return new OpenAiChunkReader();
    }
}

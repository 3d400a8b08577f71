package io.parley.provider.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.ProviderConfig;
import io.parley.contract.ChatMessage;
import io.parley.contract.ChatMessage.Role;
import io.parley.contract.NativeRequest;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.provider.profile.BodyProfile;
import io.parley.provider.profile.PromptAdapter;
import io.parley.provider.profile.RefusableOption;
import io.parley.provider.response.AnthropicEventReader;
import io.parley.provider.response.FrameReader;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Translates to and from Anthropic's Messages API. */
public final class AnthropicDialect implements Dialect {

    /** Since this version, keys are bearer tokens and sampling parameters are rejected. Versions are dates. */
    private static final String DEFAULT_VERSION = "2026-10-21";

    private static final String VERSION_HEADER = "anthropic-version";
    private static final String BETA_HEADER = "anthropic-beta";

    private static final String NO_PARAMETERS = "{\"type\":\"object\",\"properties\":{}}";

    private final ProviderConfig config;
    private final String version;

    AnthropicDialect(ProviderConfig config) {
        this.config = config;
        this.version = config.version().orElse(DEFAULT_VERSION);
    }

    @Override
    public ProviderRequest request(String model, Prompt requested, Set<RefusableOption> refused) {
        Prompt prompt = new PromptAdapter(config, refused).adapted(model, requested);
        ObjectNode body = RequestBody.of(model);
        body.put("max_tokens", prompt.options().maxTokensOr(config.maxTokens()));
        String system = prompt.messages().stream()
                .filter(message -> message.role() == Role.SYSTEM)
                .map(ChatMessage::content)
                .collect(Collectors.joining("\n\n"));
        if (!system.isBlank()) {
            body.put("system", system);
        }
        body.set("messages", AnthropicMessageWriter.of(prompt.messages()));
        body.put("stream", true);
        if (config.acceptsSampling()) {
            prompt.options().temperature().ifPresent(temperature -> body.put("temperature", Math.min(1, temperature)));
            prompt.options().topP().ifPresent(value -> body.put("top_p", value));
            prompt.options().topK().ifPresent(value -> body.put("top_k", value));
        }
        output(body, prompt);
        AnthropicThinking.write(body, prompt, !config.acceptsSampling());
        if (!prompt.options().stopSequences().isEmpty()) {
            prompt.options().stopSequences().forEach(body.putArray("stop_sequences")::add);
        }
        tools(body, prompt.tools());
        BodyProfile.apply(body, config.profile());
        return new ProviderRequest("/v1/messages", headers("text/event-stream"), RequestBody.bytes(body));
    }

    private static void output(ObjectNode body, Prompt prompt) {
        prompt.responseSchema()
                .ifPresent(schema -> body.withObjectProperty("output_config")
                        .putObject("format")
                        .put("type", "json_schema")
                        .set("schema", RequestBody.json(schema.json())));
    }

    private static void tools(ObjectNode body, Tools tools) {
        if (tools.definitions().isEmpty()) {
            return;
        }
        ArrayNode array = body.putArray("tools");
        for (Tools.Tool tool : tools.definitions()) {
            ObjectNode definition = array.addObject().put("name", tool.name());
            tool.description().ifPresent(description -> definition.put("description", description));
            definition.set("input_schema", RequestBody.json(tool.parameters().orElse(NO_PARAMETERS)));
            if (tool.strict()) {
                definition.put("strict", true);
            }
        }
        if (tools.choice() == Tools.ToolChoice.AUTO && tools.parallel()) {
            return;
        }
        ObjectNode choice = body.putObject("tool_choice").put("type", choice(tools));
        tools.forcedTool().ifPresent(name -> choice.put("name", name));
        if (!tools.parallel() && tools.choice() != Tools.ToolChoice.NONE) {
            choice.put("disable_parallel_tool_use", true);
        }
    }

    private static String choice(Tools tools) {
        if (tools.forcedTool().isPresent()) {
            return "tool";
        }
        return switch (tools.choice()) {
            case AUTO -> "auto";
            case NONE -> "none";
            case REQUIRED -> "any";
        };
    }

    /** With the client's own API version, if it sent one. */
    @Override
    public ProviderRequest nativeRequest(String model, NativeRequest request, Set<RefusableOption> refused) {
        String clientVersion = request.headers().getOrDefault(VERSION_HEADER, version);
        MultiMap headers = headers(request.stream() ? "text/event-stream" : "application/json", clientVersion);
        Optional.ofNullable(request.headers().get(BETA_HEADER)).ifPresent(beta -> headers.set(BETA_HEADER, beta));
        return new ProviderRequest(
                "/v1/messages",
                headers,
                Buffer.buffer(
                        RequestBody.nativeBody(model, request, config, refused).toBytes()));
    }

    @Override
    public ProviderRequest modelsRequest() {
        return ProviderRequest.get("/v1/models", headers("application/json"));
    }

    private MultiMap headers(String accept) {
        return headers(accept, version);
    }

    private MultiMap headers(String accept, String apiVersion) {
        MultiMap headers = RequestBody.headers(accept).add(VERSION_HEADER, apiVersion);
        boolean ownHeader = apiVersion.compareTo(DEFAULT_VERSION) < 0
                && config.profile().http().apiKeyHeader().isEmpty();
        if (ownHeader) {
            config.apiKey().ifPresent(key -> headers.set("x-api-key", key.reveal()));
        }
        RequestBody.credentials(headers, config);
        return ownHeader ? headers.remove("authorization") : headers;
    }

    @Override
    public FrameReader reader() {
        return new AnthropicEventReader();
    }
}

package io.parley.provider.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.ProviderConfig;
import io.parley.contract.ChatMessage;
import io.parley.contract.ChatMessage.Role;
import io.parley.contract.FinishReason;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.contract.WireName;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.JsonPullReader;
import io.parley.provider.codec.SseDecoder;
import io.parley.provider.codec.StreamDecoder;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Translates to and from Anthropic's Messages API. */
public final class AnthropicDialect implements Dialect {

    /** Since this version, keys are bearer tokens and sampling parameters are rejected. Versions are dates. */
    private static final String DEFAULT_VERSION = "2026-10-21";

    private static final String NO_PARAMETERS = "{\"type\":\"object\",\"properties\":{}}";

    private final ProviderConfig config;
    private final String version;

    AnthropicDialect(ProviderConfig config) {
        this.config = config;
        this.version = config.version().orElse(DEFAULT_VERSION);
    }

    /** Whether the API version supports sampling parameters. */
    public static boolean supportsSampling(ProviderConfig config) {
        return config.version().orElse(DEFAULT_VERSION).compareTo(DEFAULT_VERSION) < 0;
    }

    @Override
    public ProviderRequest request(String model, Prompt requested, Set<RefusableOption> refused) {
        Prompt prompt = new PromptAdapter(config, refused).adapted(model, requested);
        ObjectNode body = RequestBody.of(model);
        body.put("max_tokens", prompt.options().maxTokens().orElse(config.maxTokens()));
        String system = prompt.messages().stream()
                .filter(message -> message.role() == Role.SYSTEM)
                .map(ChatMessage::content)
                .collect(Collectors.joining("\n\n"));
        if (!system.isBlank()) {
            body.put("system", system);
        }
        body.set("messages", AnthropicMessageWriter.of(prompt.messages()));
        body.put("stream", true);
        if (supportsSampling(config)) {
            prompt.options().temperature().ifPresent(temperature -> body.put("temperature", Math.min(1, temperature)));
            prompt.options().topP().ifPresent(value -> body.put("top_p", value));
            prompt.options().topK().ifPresent(value -> body.put("top_k", value));
        }
        output(body, prompt);
        if (!prompt.options().stopSequences().isEmpty()) {
            prompt.options().stopSequences().forEach(body.putArray("stop_sequences")::add);
        }
        tools(body, prompt.tools());
        RequestBody.applyProfile(body, config);
        return new ProviderRequest("/v1/messages", headers("text/event-stream"), RequestBody.bytes(body));
    }

    private static void output(ObjectNode body, Prompt prompt) {
        prompt.responseSchema()
                .ifPresent(schema -> body.withObjectProperty("output_config")
                        .putObject("format")
                        .put("type", "json_schema")
                        .set("schema", RequestBody.json(schema.json())));
        prompt.options()
                .reasoningEffort()
                .ifPresent(effort -> body.withObjectProperty("output_config").put("effort", WireName.of(effort)));
        prompt.options().reasoningTokens().ifPresent(tokens -> thinking(body.putObject("thinking"), tokens));
    }

    private static void thinking(ObjectNode thinking, int tokens) {
        if (tokens == 0) {
            thinking.put("type", "disabled");
        } else {
            thinking.put("type", "enabled").put("budget_tokens", tokens);
        }
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

    @Override
    public ProviderRequest modelsRequest() {
        return ProviderRequest.get("/v1/models", headers("application/json"));
    }

    private MultiMap headers(String accept) {
        MultiMap headers = RequestBody.headers(accept).add("anthropic-version", version);
        boolean ownHeader = supportsSampling(config)
                && config.profile().http().apiKeyHeader().isEmpty();
        if (ownHeader) {
            config.apiKey().ifPresent(key -> headers.set("x-api-key", key.reveal()));
        }
        RequestBody.credentials(headers, config);
        return ownHeader ? headers.remove("authorization") : headers;
    }

    @Override
    public boolean acceptsMediaType(String mediaType) {
        return mediaType.equals("text/event-stream");
    }

    @Override
    public StreamDecoder decoder(Consumer<Frame> frames) {
        return new SseDecoder(frames);
    }

    @Override
    public List<Signal> signals(Frame frame) {
        if (frame.data().isEmpty()) {
            return List.of();
        }
        EventReader reader = new EventReader(frame.event());
        JsonPullReader.document(frame.data(), reader::field);
        return reader.signals();
    }

    /** Reads one event of a message. The meaning of its fields depends on its type, which may come last. */
    private static final class EventReader {
        private String type;
        private String model = "";
        private String text = "";
        private String thinking = "";
        private String blockType = "";
        private String id = "";
        private String name = "";
        private String arguments = "";
        private int index;
        private String reason = "";
        private ProviderErrorBody error = ProviderErrorBody.NONE;
        private long input = -1;
        private long cached = -1;
        private long cacheWrite = -1;
        private long output = -1;
        private long reasoning = -1;

        private EventReader(String type) {
            this.type = type;
        }

        private List<Signal> signals() {
            return switch (type) {
                case "message_start" -> List.of(new Signal.Model(model), usage(-1)); // its output count is preliminary
                case "content_block_start" -> blockType.equals("tool_use") ? List.of(toolCall()) : content();
                case "content_block_delta" -> blockType.equals("input_json_delta") ? List.of(toolCall()) : content();
                case "message_delta" ->
                    reason.isEmpty() ? List.of(usage(output)) : List.of(finishReason(), usage(output));
                case "message_stop" -> List.of(new Signal.StreamEnd());
                case "error" ->
                    List.of(new Signal.StreamError(new AttemptFailure(FaultClassifier.of(error), error.message())));
                default -> List.of(); // pings, block ends and unknown events
            };
        }

        private List<Signal> content() {
            if (!text.isEmpty()) {
                return List.of(new Signal.Text(text));
            }
            return thinking.isEmpty() ? List.of() : List.of(new Signal.Thinking(thinking.length()));
        }

        private Signal toolCall() {
            return new Signal.ToolCallPiece(index, id, name, arguments.equals("{}") ? "" : arguments);
        }

        private Signal finishReason() {
            return new Signal.Reason(
                    switch (reason) {
                        case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
                        case "refusal" -> FinishReason.FILTER;
                        case "tool_use" -> FinishReason.TOOL_CALLS;
                        default -> FinishReason.STOP;
                    });
        }

        private Signal usage(long outputTokens) {
            return new Signal.UsageReport(input, cached, cacheWrite, outputTokens, reasoning);
        }

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "type" -> type = JsonPullReader.text(json);
                case "message", "delta", "content_block" -> JsonPullReader.object(json, this::nested);
                case "index" -> index = (int) JsonPullReader.count(json);
                case "usage" -> JsonPullReader.object(json, this::count);
                case "error" -> error = ProviderErrorBody.read(json);
                default -> {} // unknown fields
            }
        }

        private void nested(String field, JsonParser json) throws IOException {
            switch (field) {
                case "model" -> model = JsonPullReader.text(json);
                case "text" -> text = JsonPullReader.text(json);
                case "thinking" -> thinking = JsonPullReader.text(json);
                case "stop_reason" -> reason = JsonPullReader.text(json);
                case "usage" -> JsonPullReader.object(json, this::count);
                case "type" -> blockType = JsonPullReader.text(json);
                case "id" -> id = JsonPullReader.text(json);
                case "name" -> this.name = JsonPullReader.text(json);
                case "input" -> arguments = JsonPullReader.rawObject(json);
                case "partial_json" -> arguments = JsonPullReader.text(json);
                default -> {} // for example citations, which are never requested
            }
        }

        private void count(String name, JsonParser json) throws IOException {
            switch (name) {
                case "input_tokens" -> input = JsonPullReader.count(json);
                case "cache_read_input_tokens" -> cached = JsonPullReader.count(json);
                case "cache_creation_input_tokens" -> cacheWrite = JsonPullReader.count(json);
                case "output_tokens" -> output = JsonPullReader.count(json);
                case "thinking_tokens" -> reasoning = JsonPullReader.count(json);
                case "output_tokens_details" -> JsonPullReader.object(json, this::count);
                default -> {} // for example the cache writes split by lifetime
            }
        }
    }
}

package io.parley.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.ProviderConfig;
import io.parley.contract.FinishReason;
import io.parley.contract.Prompt;
import io.parley.contract.ChatMessage;
import io.parley.contract.ChatMessage.Role;
import io.parley.contract.Tools;
import io.parley.contract.WireName;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Translates to and from Anthropic's Messages API. */
final class AnthropicDialect implements Dialect {

    /** Since this version, keys are bearer tokens and sampling parameters are rejected. Versions are dates. */
    private static final String TODAY = "2026-10-21";

    private static final String NO_PARAMETERS = "{\"type\":\"object\",\"properties\":{}}";

    private final ProviderConfig vendor;
    private final String version;

    AnthropicDialect(ProviderConfig vendor) {
        this.vendor = vendor;
        this.version = vendor.version().orElse(TODAY);
    }

    /** Whether the API version supports sampling parameters. */
    static boolean samples(ProviderConfig vendor) {
        return vendor.version().orElse(TODAY).compareTo(TODAY) < 0;
    }

    @Override
    public ProviderRequest request(String model, Prompt prompt) {
        ObjectNode body = RequestBody.of(model);
        body.put("max_tokens", prompt.maxTokens().orElse(vendor.maxTokens()));
        String system = prompt.messages().stream()
                .filter(said -> said.role() == Role.SYSTEM)
                .map(ChatMessage::content)
                .collect(Collectors.joining("\n\n"));
        if (!system.isBlank()) {
            body.put("system", system);
        }
        body.set("messages", AnthropicMessages.of(prompt.messages()));
        body.put("stream", true);
        if (samples(vendor)) {
            prompt.temperature().ifPresent(temperature -> body.put("temperature", Math.min(1, temperature)));
            prompt.wishes().topP().ifPresent(most -> body.put("top_p", most));
            prompt.wishes().topK().ifPresent(most -> body.put("top_k", most));
        }
        output(body, prompt);
        if (!prompt.wishes().stops().isEmpty()) {
            prompt.wishes().stops().forEach(body.putArray("stop_sequences")::add);
        }
        tools(body, prompt.tools());
        return new ProviderRequest("/v1/messages", headers("text/event-stream"), RequestBody.bytes(body));
    }

    private static void output(ObjectNode body, Prompt prompt) {
        prompt.schema()
                .ifPresent(schema -> body.withObjectProperty("output_config")
                        .putObject("format")
                        .put("type", "json_schema")
                        .set("schema", RequestBody.json(schema.json())));
        prompt.wishes()
                .effort()
                .ifPresent(effort -> body.withObjectProperty("output_config").put("effort", WireName.of(effort)));
    }

    private static void tools(ObjectNode body, Tools tools) {
        if (tools.offered().isEmpty()) {
            return;
        }
        ArrayNode array = body.putArray("tools");
        for (Tools.Tool tool : tools.offered()) {
            ObjectNode written = array.addObject().put("name", tool.name());
            tool.description().ifPresent(description -> written.put("description", description));
            written.set("input_schema", RequestBody.json(tool.parameters().orElse(NO_PARAMETERS)));
            if (tool.strict()) {
                written.put("strict", true);
            }
        }
        if (tools.use() == Tools.ToolChoice.AUTO && tools.parallel()) {
            return;
        }
        ObjectNode choice = body.putObject("tool_choice").put("type", choice(tools));
        tools.named().ifPresent(name -> choice.put("name", name));
        if (!tools.parallel() && tools.use() != Tools.ToolChoice.NONE) {
            choice.put("disable_parallel_tool_use", true);
        }
    }

    private static String choice(Tools tools) {
        if (tools.named().isPresent()) {
            return "tool";
        }
        return switch (tools.use()) {
            case AUTO -> "auto";
            case NONE -> "none";
            case REQUIRED -> "any";
        };
    }

    @Override
    public ProviderRequest listing() {
        return ProviderRequest.get("/v1/models", headers("application/json"));
    }

    private MultiMap headers(String accept) {
        MultiMap headers = RequestBody.headers(accept).add("anthropic-version", version);
        if (samples(vendor)) {
            vendor.apiKey().ifPresent(key -> headers.add("x-api-key", key.reveal()));
        } else {
            RequestBody.bearer(headers, vendor);
        }
        return headers;
    }

    @Override
    public boolean streams(String mediaType) {
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
        EventReader happening = new EventReader(frame.event());
        JsonPullReader.whole(frame.data(), happening::field);
        return happening.signals();
    }

    /** Reads one event of a message. The meaning of its fields depends on its type, which may come last. */
    private static final class EventReader {
        private String type;
        private String model = "";
        private String text = "";
        private String thinking = "";
        private String block = "";
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
                case "message_start" -> List.of(new Signal.Model(model), spent(-1)); // its output count is preliminary
                case "content_block_start" -> block.equals("tool_use") ? List.of(called()) : said();
                case "content_block_delta" -> block.equals("input_json_delta") ? List.of(called()) : said();
                case "message_delta" -> reason.isEmpty() ? List.of(spent(output)) : List.of(why(), spent(output));
                case "message_stop" -> List.of(new Signal.StreamEnd());
                case "error" -> List.of(new Signal.StreamError(new AttemptFailure(FaultClassifier.of(error), error.message())));
                default -> List.of(); // pings, block ends and unknown events
            };
        }

        private List<Signal> said() {
            if (!text.isEmpty()) {
                return List.of(new Signal.Text(text));
            }
            return thinking.isEmpty() ? List.of() : List.of(new Signal.Thinking(thinking.length()));
        }

        private Signal called() {
            return new Signal.ToolCallPiece(index, id, name, arguments.equals("{}") ? "" : arguments);
        }

        private Signal why() {
            return new Signal.Reason(
                    switch (reason) {
                        case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
                        case "refusal" -> FinishReason.FILTER;
                        case "tool_use" -> FinishReason.TOOL_CALLS;
                        default -> FinishReason.STOP;
                    });
        }

        private Signal spent(long produced) {
            return new Signal.UsageReport(input, cached, cacheWrite, produced, reasoning);
        }

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "type" -> type = JsonPullReader.text(json);
                case "message", "delta", "content_block" -> JsonPullReader.object(json, this::part);
                case "index" -> index = (int) JsonPullReader.count(json);
                case "usage" -> JsonPullReader.object(json, this::count);
                case "error" -> error = ProviderErrorBody.read(json);
                default -> {} // unknown fields
            }
        }

        private void part(String field, JsonParser json) throws IOException {
            switch (field) {
                case "model" -> model = JsonPullReader.text(json);
                case "text" -> text = JsonPullReader.text(json);
                case "thinking" -> thinking = JsonPullReader.text(json);
                case "stop_reason" -> reason = JsonPullReader.text(json);
                case "usage" -> JsonPullReader.object(json, this::count);
                case "type" -> block = JsonPullReader.text(json);
                case "id" -> id = JsonPullReader.text(json);
                case "name" -> this.name = JsonPullReader.text(json);
                case "input" -> arguments = JsonPullReader.raw(json);
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

package io.parley.provider.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderProfile.MaxTokensField;
import io.parley.contract.ChatMessage;
import io.parley.contract.FinishReason;
import io.parley.contract.GenerationOptions;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.contract.WireName;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.JsonPullReader;
import io.parley.provider.codec.SseDecoder;
import io.parley.provider.codec.StreamDecoder;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Translates to and from OpenAI's Chat Completions API, which many providers support. */
final class OpenAiDialect implements Dialect {

    private static final String DONE = "[DONE]";

    private final ProviderConfig config;

    OpenAiDialect(ProviderConfig config) {
        this.config = config;
    }

    @Override
    public ProviderRequest request(String model, Prompt requested, Set<RefusableOption> refused) {
        Prompt prompt = new PromptAdapter(config, refused).adapted(model, requested);
        ObjectNode body = RequestBody.of(model);
        messages(body.putArray("messages"), prompt.messages());
        body.put("stream", true);
        if (config.profile().generation().streamUsage() && !refused.contains(RefusableOption.STREAM_OPTIONS)) {
            body.putObject("stream_options").put("include_usage", true);
        }
        options(body, prompt.options(), maxTokensField(refused));
        prompt.responseSchema()
                .ifPresent(schema -> body.putObject("response_format")
                        .put("type", "json_schema")
                        .putObject("json_schema")
                        .put("name", schema.name())
                        .put("strict", schema.strict())
                        .set("schema", RequestBody.json(schema.json())));
        tools(body, prompt.tools());
        RequestBody.applyProfile(body, config);
        return new ProviderRequest("/chat/completions", headers("text/event-stream"), RequestBody.bytes(body));
    }

    /** The name of the limit of the answer: the other one if the model has refused the profile's. */
    private String maxTokensField(Set<RefusableOption> refused) {
        MaxTokensField field = config.profile().generation().maxTokensField();
        if (refused.contains(RefusableOption.MAX_TOKENS)) {
            field = field == MaxTokensField.MAX_TOKENS
                    ? MaxTokensField.MAX_COMPLETION_TOKENS
                    : MaxTokensField.MAX_TOKENS;
        }
        return WireName.of(field);
    }

    private static void messages(ArrayNode array, List<ChatMessage> messages) {
        for (ChatMessage message : messages) {
            ObjectNode node = array.addObject();
            if (message.toolResult().isPresent()) {
                node.put("role", "tool")
                        .put("tool_call_id", message.toolResult().get().callId())
                        .put("content", message.content());
                continue;
            }
            node.put("role", RequestBody.role(message));
            if (message.toolCalls().isEmpty()) {
                node.put("content", message.content());
                continue;
            }
            node.put("content", message.content().isEmpty() ? null : message.content());
            ArrayNode calls = node.putArray("tool_calls");
            message.toolCalls()
                    .forEach(call -> calls.addObject()
                            .put("id", call.id())
                            .put("type", "function")
                            .putObject("function")
                            .put("name", call.name())
                            .put("arguments", call.arguments()));
        }
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
    public ProviderRequest modelsRequest() {
        return ProviderRequest.get("/models", headers("application/json"));
    }

    private MultiMap headers(String accept) {
        MultiMap headers = RequestBody.headers(accept);
        RequestBody.credentials(headers, config);
        return headers;
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
        String data = frame.data();
        if (data.isEmpty()) {
            return List.of();
        }
        if (data.equals(DONE)) {
            return List.of(new Signal.StreamEnd());
        }
        ChunkReader reader = new ChunkReader();
        JsonPullReader.document(data, reader::field);
        return reader.signals;
    }

    /** Reads one chunk of a completion. */
    private static final class ChunkReader {
        private final List<Signal> signals = new ArrayList<>(4);
        private long prompt = -1;
        private long cached;
        private long cacheWrite;
        private long output = -1;
        private long reasoning = -1;

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "model" -> signals.add(new Signal.Model(JsonPullReader.text(json)));
                case "choices" -> JsonPullReader.objects(json, this::choice);
                case "usage" -> usage(json);
                case "error" -> error(json);
                default -> {} // unknown fields
            }
        }

        private void choice(String name, JsonParser json) throws IOException {
            switch (name) {
                case "delta" -> JsonPullReader.object(json, this::delta);
                case "finish_reason" -> finish(JsonPullReader.text(json));
                default -> {} // for example the index: only one choice is requested
            }
        }

        private void delta(String name, JsonParser json) throws IOException {
            if (name.equals("tool_calls")) {
                JsonPullReader.elements(json, this::toolCall);
                return;
            }
            String text = JsonPullReader.text(json);
            if (text.isEmpty()) {
                return;
            }
            switch (name) {
                case "content", "refusal" -> signals.add(new Signal.Text(text));
                case "reasoning_content", "reasoning" -> signals.add(new Signal.Thinking(text.length()));
                default -> {} // the role
            }
        }

        private void toolCall(JsonParser json) throws IOException {
            ToolCallReader call = new ToolCallReader();
            JsonPullReader.object(json, call::field);
            signals.add(new Signal.ToolCallPiece(call.index, call.id, call.name, call.arguments));
        }

        private void finish(String reason) {
            if (!reason.isEmpty()) {
                signals.add(new Signal.Reason(
                        switch (reason) {
                            case "length" -> FinishReason.LENGTH;
                            case "content_filter" -> FinishReason.FILTER;
                            case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
                            default -> FinishReason.STOP;
                        }));
                signals.add(new Signal.AnswerComplete());
            }
        }

        private void usage(JsonParser json) throws IOException {
            JsonPullReader.object(json, this::count);
            if (prompt >= 0 || output >= 0) {
                long plainInput = prompt < 0 ? -1 : Math.max(0, prompt - cached - cacheWrite);
                signals.add(new Signal.UsageReport(plainInput, cached, cacheWrite, output, reasoning));
            }
        }

        private void count(String name, JsonParser json) throws IOException {
            switch (name) {
                case "prompt_tokens" -> prompt = JsonPullReader.count(json);
                case "completion_tokens" -> output = JsonPullReader.count(json);
                case "cached_tokens" -> cached = Math.max(0, JsonPullReader.count(json));
                case "cache_write_tokens" -> cacheWrite = Math.max(0, JsonPullReader.count(json));
                case "reasoning_tokens" -> reasoning = JsonPullReader.count(json);
                case "prompt_tokens_details", "completion_tokens_details" -> JsonPullReader.object(json, this::count);
                default -> {} // totals and other modalities
            }
        }

        private void error(JsonParser json) throws IOException {
            ProviderErrorBody error = ProviderErrorBody.read(json);
            if (!error.equals(ProviderErrorBody.NONE)) {
                signals.add(new Signal.StreamError(new AttemptFailure(FaultClassifier.of(error), error.message())));
            }
        }
    }

    /** Reads one piece of a tool call. The rest of the call comes in later chunks. */
    private static final class ToolCallReader {
        private int index;
        private String id = "";
        private String name = "";
        private String arguments = "";

        private void field(String field, JsonParser json) throws IOException {
            switch (field) {
                case "index" -> index = (int) JsonPullReader.count(json);
                case "id" -> id = JsonPullReader.text(json);
                case "function" -> JsonPullReader.object(json, this::field);
                case "name" -> name = JsonPullReader.text(json);
                case "arguments" -> arguments = JsonPullReader.text(json);
                default -> {} // the type, which is always function
            }
        }
    }
}

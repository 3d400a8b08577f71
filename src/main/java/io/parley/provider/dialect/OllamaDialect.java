package io.parley.provider.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.ContractJson;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderProfile.Generation;
import io.parley.contract.ChatMessage;
import io.parley.contract.FinishReason;
import io.parley.contract.GenerationOptions;
import io.parley.contract.Prompt;
import io.parley.contract.Tools;
import io.parley.contract.WireName;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.JsonPullReader;
import io.parley.provider.codec.NdjsonDecoder;
import io.parley.provider.codec.StreamDecoder;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

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
        messages(body.putArray("messages"), prompt.messages());
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
        RequestBody.applyProfile(body, config);
        return new ProviderRequest("/api/chat", headers("application/x-ndjson"), RequestBody.bytes(body));
    }

    private static void messages(ArrayNode array, List<ChatMessage> messages) {
        Map<String, String> names = new HashMap<>();
        for (ChatMessage message : messages) {
            ObjectNode node = array.addObject()
                    .put("role", message.toolResult().isPresent() ? "tool" : RequestBody.role(message))
                    .put("content", message.content());
            message.toolResult()
                    .ifPresent(result -> node.put("tool_call_id", result.callId())
                            .put("tool_name", names.getOrDefault(result.callId(), "")));
            if (!message.toolCalls().isEmpty()) {
                ArrayNode calls = node.putArray("tool_calls");
                message.toolCalls().forEach(call -> {
                    names.put(call.id(), call.name());
                    calls.addObject()
                            .put("id", call.id())
                            .putObject("function")
                            .put("name", call.name())
                            .set("arguments", RequestBody.json(call.arguments()));
                });
            }
        }
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
    public ProviderRequest modelsRequest() {
        return ProviderRequest.get("/api/tags", headers("application/json"));
    }

    private MultiMap headers(String accept) {
        MultiMap headers = RequestBody.headers(accept);
        RequestBody.credentials(headers, config);
        return headers;
    }

    @Override
    public boolean acceptsMediaType(String mediaType) {
        return switch (mediaType) {
            case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json" -> true;
            default -> false;
        };
    }

    @Override
    public StreamDecoder decoder(Consumer<Frame> frames) {
        return new NdjsonDecoder(frames);
    }

    @Override
    public List<Signal> signals(Frame frame) {
        LineReader reader = new LineReader();
        JsonPullReader.document(frame.data(), reader::field);
        return reader.signals();
    }

    /** Reads one line of a response. */
    private static final class LineReader {
        private String model = "";
        private String text = "";
        private String thinking = "";
        private String reason = "";
        private ProviderErrorBody error = ProviderErrorBody.NONE;
        private final List<Signal> calls = new ArrayList<>(0);
        private long input = -1;
        private long output = -1;
        private boolean done;

        private List<Signal> signals() {
            if (!error.equals(ProviderErrorBody.NONE)) {
                return List.of(new Signal.StreamError(new AttemptFailure(FaultClassifier.of(error), error.message())));
            }
            List<Signal> signals = new ArrayList<>(4);
            signals.add(new Signal.Model(model));
            if (!text.isEmpty()) {
                signals.add(new Signal.Text(text));
            } else if (!thinking.isEmpty()) {
                signals.add(new Signal.Thinking(thinking.length()));
            }
            signals.addAll(calls);
            if (done) {
                signals.add(new Signal.Reason(reason.equals("length") ? FinishReason.LENGTH : FinishReason.STOP));
                signals.add(new Signal.UsageReport(input, -1, -1, output, -1));
                signals.add(new Signal.StreamEnd());
            }
            return signals;
        }

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "model" -> model = JsonPullReader.text(json);
                case "message" -> JsonPullReader.object(json, this::message);
                case "done" -> done = json.currentToken() == JsonToken.VALUE_TRUE;
                case "done_reason" -> reason = JsonPullReader.text(json);
                case "prompt_eval_count" -> input = JsonPullReader.count(json);
                case "eval_count" -> output = JsonPullReader.count(json);
                case "error" -> error = ProviderErrorBody.read(json);
                default -> {} // durations and unknown fields
            }
        }

        private void message(String name, JsonParser json) throws IOException {
            switch (name) {
                case "content" -> text = JsonPullReader.text(json);
                case "thinking" -> thinking = JsonPullReader.text(json);
                case "tool_calls" -> JsonPullReader.elements(json, this::toolCall);
                default -> {} // the role
            }
        }

        private void toolCall(JsonParser json) throws IOException {
            ToolCallReader call = new ToolCallReader();
            JsonPullReader.object(json, call::field);
            calls.add(new Signal.ToolCallPiece(Signal.COMPLETE_CALL, call.id, call.name, call.arguments));
        }
    }

    /** Reads one tool call; Ollama sends each in one piece. */
    private static final class ToolCallReader {
        private String id = "";
        private String name = "";
        private String arguments = "";

        private void field(String field, JsonParser json) throws IOException {
            switch (field) {
                case "id" -> id = JsonPullReader.text(json);
                case "function" -> JsonPullReader.object(json, this::field);
                case "name" -> name = JsonPullReader.text(json);
                case "arguments" -> arguments = JsonPullReader.rawObject(json);
                default -> {} // the index, which is implied by the order
            }
        }
    }
}

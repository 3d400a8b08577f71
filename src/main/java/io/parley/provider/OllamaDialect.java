package io.parley.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.VendorConfig;
import io.parley.contract.FinishReason;
import io.parley.contract.Prompt;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Ollama's chat. */
final class OllamaDialect implements Dialect {

    private final VendorConfig vendor;

    OllamaDialect(VendorConfig vendor) {
        this.vendor = vendor;
    }

    @Override
    public VendorRequest request(String model, Prompt prompt) {
        ObjectNode body = RequestBody.of(model);
        RequestBody.messages(body, prompt.messages());
        body.put("stream", true);
        if (prompt.temperature().isPresent() || prompt.maxTokens().isPresent()) {
            ObjectNode options = body.putObject("options");
            prompt.temperature().ifPresent(temperature -> options.put("temperature", temperature));
            prompt.maxTokens().ifPresent(tokens -> options.put("num_predict", tokens));
        }
        prompt.schema().ifPresent(schema -> body.set("format", RequestBody.schema(schema)));
        return new VendorRequest("/api/chat", headers("application/x-ndjson"), RequestBody.bytes(body));
    }

    @Override
    public VendorRequest listing() {
        return VendorRequest.get("/api/tags", headers("application/json"));
    }

    private MultiMap headers(String accept) {
        MultiMap headers = RequestBody.headers(accept);
        RequestBody.bearer(headers, vendor);
        return headers;
    }

    @Override
    public boolean streams(String mediaType) {
        return switch (mediaType) {
            case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json" -> true;
            default -> false;
        };
    }

    @Override
    public Decoder decoder(Consumer<Frame> frames) {
        return new NdjsonDecoder(frames);
    }

    @Override
    public List<Signal> signals(Frame frame) {
        Line line = new Line();
        JsonWalk.whole(frame.data(), line::field);
        return line.signals();
    }

    /** Reads one line of an answer. */
    private static final class Line {
        private String model = "";
        private String text = "";
        private String thinking = "";
        private String reason = "";
        private VendorError error = VendorError.NONE;
        private long input = -1;
        private long output = -1;
        private boolean done;

        private List<Signal> signals() {
            if (!error.equals(VendorError.NONE)) {
                return List.of(new Signal.Broken(new Failure(Faults.of(error), error.message())));
            }
            List<Signal> signals = new ArrayList<>(4);
            signals.add(new Signal.Model(model));
            if (!text.isEmpty()) {
                signals.add(new Signal.Text(text));
            } else if (!thinking.isEmpty()) {
                signals.add(new Signal.Thinking(thinking.length()));
            }
            if (done) {
                signals.add(new Signal.Reason(reason.equals("length") ? FinishReason.LENGTH : FinishReason.STOP));
                signals.add(new Signal.Spent(input, -1, -1, output, -1));
                signals.add(new Signal.Over());
            }
            return signals;
        }

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "model" -> model = JsonWalk.text(json);
                case "message" -> JsonWalk.object(json, this::message);
                case "done" -> done = json.currentToken() == JsonToken.VALUE_TRUE;
                case "done_reason" -> reason = JsonWalk.text(json);
                case "prompt_eval_count" -> input = JsonWalk.count(json);
                case "eval_count" -> output = JsonWalk.count(json);
                case "error" -> error = VendorError.read(json);
                default -> {} // durations, and what they add tomorrow
            }
        }

        private void message(String name, JsonParser json) throws IOException {
            switch (name) {
                case "content" -> text = JsonWalk.text(json);
                case "thinking" -> thinking = JsonWalk.text(json);
                default -> {} // the role, and tools that were not offered
            }
        }
    }
}

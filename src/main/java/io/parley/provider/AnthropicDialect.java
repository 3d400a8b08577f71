package io.parley.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.config.VendorConfig;
import io.parley.contract.FinishReason;
import io.parley.contract.Prompt;
import io.parley.contract.Said;
import io.parley.contract.Said.Role;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Anthropic's messages. */
final class AnthropicDialect implements Dialect {

    /** From this version on, keys are bearer tokens and sampling parameters are refused. Versions are dates. */
    private static final String TODAY = "2026-10-21";

    private static final String GO_ON = "Please go on.";

    private final VendorConfig vendor;
    private final String version;

    AnthropicDialect(VendorConfig vendor) {
        this.vendor = vendor;
        this.version = vendor.version().orElse(TODAY);
    }

    /** Whether the API takes a temperature at all. */
    static boolean samples(VendorConfig vendor) {
        return vendor.version().orElse(TODAY).compareTo(TODAY) < 0;
    }

    @Override
    public VendorRequest request(String model, Prompt prompt) {
        ObjectNode body = RequestBody.of(model);
        body.put("max_tokens", prompt.maxTokens().orElse(vendor.maxTokens()));
        String system = prompt.messages().stream()
                .filter(said -> said.role() == Role.SYSTEM)
                .map(Said::content)
                .collect(Collectors.joining("\n\n"));
        if (!system.isBlank()) {
            body.put("system", system);
        }
        RequestBody.messages(body, turns(prompt.messages()));
        body.put("stream", true);
        if (samples(vendor)) {
            prompt.temperature().ifPresent(temperature -> body.put("temperature", Math.min(1, temperature)));
        }
        prompt.schema()
                .ifPresent(schema -> body.putObject("output_config")
                        .putObject("format")
                        .put("type", "json_schema")
                        .set("schema", RequestBody.schema(schema)));
        return new VendorRequest("/v1/messages", headers("text/event-stream"), RequestBody.bytes(body));
    }

    @Override
    public VendorRequest listing() {
        return VendorRequest.get("/v1/models", headers("application/json"));
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

    /** Turns that alternate, and that begin and end with the user: anything else is refused. */
    private static List<Said> turns(List<Said> messages) {
        List<Said> turns = new ArrayList<>();
        for (Said said : messages) {
            if (said.role() == Role.SYSTEM || said.content().isBlank()) {
                continue;
            }
            if (!turns.isEmpty() && turns.getLast().role() == said.role()) {
                String before = turns.removeLast().content();
                turns.add(new Said(said.role(), before + "\n\n" + said.content(), said.at()));
            } else {
                turns.add(said);
            }
        }
        if (turns.isEmpty() || turns.getFirst().role() == Role.ASSISTANT) {
            turns.addFirst(Said.user(GO_ON));
        }
        if (turns.getLast().role() == Role.ASSISTANT) {
            turns.add(Said.user(GO_ON));
        }
        return turns;
    }

    @Override
    public boolean streams(String mediaType) {
        return mediaType.equals("text/event-stream");
    }

    @Override
    public Decoder decoder(Consumer<Frame> frames) {
        return new SseDecoder(frames);
    }

    @Override
    public List<Signal> signals(Frame frame) {
        if (frame.data().isEmpty()) {
            return List.of();
        }
        Happening happening = new Happening(frame.event());
        JsonWalk.whole(frame.data(), happening::field);
        return happening.signals();
    }

    /** Reads one event of a message; what its fields mean depends on its type, which may come last. */
    private static final class Happening {
        private String type;
        private String model = "";
        private String text = "";
        private String thinking = "";
        private String reason = "";
        private VendorError error = VendorError.NONE;
        private long input = -1;
        private long cached = -1;
        private long cacheWrite = -1;
        private long output = -1;
        private long reasoning = -1;

        private Happening(String type) {
            this.type = type;
        }

        private List<Signal> signals() {
            return switch (type) {
                case "message_start" -> List.of(new Signal.Model(model), spent(-1)); // its output is but a beginning
                case "content_block_start", "content_block_delta" -> said();
                case "message_delta" -> reason.isEmpty() ? List.of(spent(output)) : List.of(why(), spent(output));
                case "message_stop" -> List.of(new Signal.Over());
                case "error" -> List.of(new Signal.Broken(new Failure(Faults.of(error), error.message())));
                default -> List.of(); // pings, block ends, and what they invent tomorrow
            };
        }

        private List<Signal> said() {
            if (!text.isEmpty()) {
                return List.of(new Signal.Text(text));
            }
            return thinking.isEmpty() ? List.of() : List.of(new Signal.Thinking(thinking.length()));
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
            return new Signal.Spent(input, cached, cacheWrite, produced, reasoning);
        }

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "type" -> type = JsonWalk.text(json);
                case "message", "delta", "content_block" -> JsonWalk.object(json, this::part);
                case "usage" -> JsonWalk.object(json, this::count);
                case "error" -> error = VendorError.read(json);
                default -> {} // what they add tomorrow
            }
        }

        private void part(String name, JsonParser json) throws IOException {
            switch (name) {
                case "model" -> model = JsonWalk.text(json);
                case "text" -> text = JsonWalk.text(json);
                case "thinking" -> thinking = JsonWalk.text(json);
                case "stop_reason" -> reason = JsonWalk.text(json);
                case "usage" -> JsonWalk.object(json, this::count);
                default -> {} // tools and citations were not asked for
            }
        }

        private void count(String name, JsonParser json) throws IOException {
            switch (name) {
                case "input_tokens" -> input = JsonWalk.count(json);
                case "cache_read_input_tokens" -> cached = JsonWalk.count(json);
                case "cache_creation_input_tokens" -> cacheWrite = JsonWalk.count(json);
                case "output_tokens" -> output = JsonWalk.count(json);
                case "thinking_tokens" -> reasoning = JsonWalk.count(json);
                case "output_tokens_details" -> JsonWalk.object(json, this::count);
                default -> {} // the same once more, split by lifetime
            }
        }
    }
}

package io.parley.testing;

import io.parley.config.ProviderConfig;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How each provider writes an answer on the wire, piece by piece; the pieces in order are a complete body. */
public enum ProviderWireFormat {
    OPENAI("/v1/chat/completions", "text/event-stream; charset=utf-8") {
        @Override
        public String begin() {
            return chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null");
        }

        @Override
        public String token(String text) {
            return chunk("{\"content\":" + quote(text) + "}", "null");
        }

        @Override
        public String finish(String reason, int input, int output) {
            return chunk("{}", quote(reason))
                    + "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\""
                    + MODEL
                    + "\",\"choices\":[],\"usage\":{\"prompt_tokens\":" + input + ",\"completion_tokens\":" + output
                    + ",\"total_tokens\":" + (input + output)
                    + ",\"prompt_tokens_details\":{\"cached_tokens\":0}}}\n\n";
        }

        @Override
        public String end() {
            return "data: [DONE]\n\n";
        }

        @Override
        public String ping() {
            return ": ping\n\n";
        }

        @Override
        public String failure(String type, String message) {
            return "data: {\"error\":{\"message\":" + quote(message) + ",\"type\":" + quote(type)
                    + ",\"param\":null,\"code\":null}}\n\n";
        }

        private static String chunk(String delta, String reason) {
            return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\""
                    + MODEL
                    + "\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                    + reason
                    + "}]}\n\n";
        }
    },

    ANTHROPIC("/v1/messages", "text/event-stream; charset=utf-8") {
        @Override
        public String begin() {
            return event(
                            "message_start",
                            "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
                                    + MODEL
                                    + "\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":"
                                    + INPUT
                                    + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":1}}")
                    + event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
        }

        @Override
        public String token(String text) {
            return event(
                    "content_block_delta",
                    "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":" + quote(text) + "}");
        }

        /** The start of the answer already reported {@link #INPUT} tokens; {@code input} replaces that. */
        @Override
        public String finish(String reason, int input, int output) {
            return event("content_block_stop", "\"index\":0")
                    + event(
                            "message_delta",
                            "\"delta\":{\"stop_reason\":" + quote(reason)
                                    + ",\"stop_sequence\":null},\"usage\":{\"input_tokens\":" + input
                                    + ",\"output_tokens\":" + output + "}");
        }

        @Override
        public String end() {
            return "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        }

        @Override
        public String ping() {
            return "event: ping\ndata: {\"type\": \"ping\"}\n\n";
        }

        @Override
        public String failure(String type, String message) {
            return event("error", "\"error\":{\"type\":" + quote(type) + ",\"message\":" + quote(message) + "}");
        }

        private static String event(String type, String fields) {
            return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
        }
    },

    OLLAMA("/api/chat", "application/x-ndjson") {
        @Override
        public String begin() {
            return "";
        }

        @Override
        public String token(String text) {
            return "{\"model\":\"" + MODEL
                    + "\",\"created_at\":\"2026-11-21T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":"
                    + quote(text) + "},\"done\":false}\n";
        }

        @Override
        public String finish(String reason, int input, int output) {
            return "{\"model\":\"" + MODEL
                    + "\",\"created_at\":\"2026-11-21T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
                    + "\"done\":true,\"done_reason\":" + quote(reason)
                    + ",\"total_duration\":5043500667,\"load_duration\":5025959,\"prompt_eval_count\":" + input
                    + ",\"prompt_eval_duration\":325953000,\"eval_count\":" + output
                    + ",\"eval_duration\":4709213000}\n";
        }

        @Override
        public String end() {
            return "";
        }

        @Override
        public String failure(String type, String message) {
            return "{\"error\":" + quote(message) + "}\n";
        }
    };

    /** The model that every provider reports. */
    public static final String MODEL = "fake-1";

    /** The input tokens of a prompt, unless a script says otherwise. */
    public static final int INPUT = 12;

    private final String path;
    private final String contentType;

    ProviderWireFormat(String path, String contentType) {
        this.path = path;
        this.contentType = contentType;
    }

    /** Returns the format of {@code path}, whatever its prefix. */
    public static ProviderWireFormat at(String path) {
        return Arrays.stream(values())
                .filter(wire -> path.endsWith(wire.path.substring(wire.path.indexOf('/', 1))))
                .findFirst()
                .orElse(OPENAI);
    }

    /** Returns the name of the format in the configuration. */
    public ProviderConfig.Format format() {
        return ProviderConfig.Format.valueOf(name());
    }

    /** Returns the path of the provider's endpoint. */
    public String path() {
        return path;
    }

    public String contentType() {
        return contentType;
    }

    /** Returns what comes before the first token. */
    public abstract String begin();

    public abstract String token(String text);

    /**
     * Returns the end of the answer: the stop reason, in the provider's own terms, and the tokens used. Does not contain the mark of {@link
     * #end}.
     */
    public abstract String finish(String reason, int input, int output);

    /** Returns the mark that ends the stream; empty where {@link #finish} already ends it. */
    public abstract String end();

    /** Returns a keepalive without content. */
    public String ping() {
        return "\n";
    }

    /** Returns an error inside a stream that started well. */
    public abstract String failure(String type, String message);

    /** Returns the provider's stop reason for an answer that ended normally. */
    public String stop() {
        return this == ANTHROPIC ? "end_turn" : "stop";
    }

    /** Returns a complete answer; its usage counts each of {@code tokens} as one. */
    public String answer(String... tokens) {
        return begin()
                + Arrays.stream(tokens).map(this::token).collect(Collectors.joining())
                + finish(stop(), INPUT, tokens.length)
                + end();
    }

    /** Returns {@code text} as a JSON string. */
    public static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(each -> {
            if (each < 0x20 || each == '"' || each == '\\') {
                out.append(String.format("\\u%04x", each));
            } else {
                out.append((char) each);
            }
        });
        return out.append('"').toString();
    }
}

package io.parley.testing;

import io.parley.config.ProviderConfig;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How each vendor writes an answer on the wire, piece by piece; the pieces put together are a whole body. */
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

        /** The input was already told at the beginning ({@link #INPUT}); {@code input} replaces it. */
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

    /** The model that every vendor says it used. */
    public static final String MODEL = "fake-1";

    /** The input tokens of a prompt, unless a script says otherwise. */
    public static final int INPUT = 12;

    private final String path;
    private final String contentType;

    ProviderWireFormat(String path, String contentType) {
        this.path = path;
        this.contentType = contentType;
    }

    /** The format that is spoken at {@code path}, whatever its prefix. */
    public static ProviderWireFormat at(String path) {
        return Arrays.stream(values())
                .filter(wire -> path.endsWith(wire.path.substring(wire.path.indexOf('/', 1))))
                .findFirst()
                .orElse(OPENAI);
    }

    /** The format's name in the configuration. */
    public ProviderConfig.Format format() {
        return ProviderConfig.Format.valueOf(name());
    }

    /** Where the vendor is asked. */
    public String path() {
        return path;
    }

    public String contentType() {
        return contentType;
    }

    /** What comes before the first token. */
    public abstract String begin();

    public abstract String token(String text);

    /** The last words, in the vendor's own terms, with the tokens that were used; without the end mark of {@link #end}. */
    public abstract String finish(String reason, int input, int output);

    /** The mark behind which nothing comes; empty where {@link #finish} is already that. */
    public abstract String end();

    /** A sign of life that says nothing. */
    public String ping() {
        return "\n";
    }

    /** An error inside a stream that began well. */
    public abstract String failure(String type, String message);

    /** The vendor's word for an answer that came to its natural end. */
    public String stop() {
        return this == ANTHROPIC ? "end_turn" : "stop";
    }

    /** A whole answer: one token of usage for each of {@code tokens}. */
    public String answer(String... tokens) {
        return begin()
                + Arrays.stream(tokens).map(this::token).collect(Collectors.joining())
                + finish(stop(), INPUT, tokens.length)
                + end();
    }

    /** {@code text} as a JSON string. */
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

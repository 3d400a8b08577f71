package io.parley.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.SseParser.Event;
import io.parley.testing.SseTestClient;
import io.parley.testing.TestApp;

/** A route that streams answers, and how its clients read them. */
enum StreamingRoute {
    ANSWER("/api/v1/ai/stream", "\"model\":\"first/one\"") {
        @Override
        void read(Event event, ObservedAnswer observed) throws Exception {
            JsonNode frame = ObservedAnswer.json(event);
            observed.addText(frame.path("delta").asText());
            switch (frame.path("type").asText()) {
                case "reset" -> observed.addReset();
                case "done" -> observed.addEnd();
                case "error" -> observed.addError(frame.path("code").asText());
                default -> {}
            }
        }
    },

    CHAT("/api/v1/conversations/stream", "\"model\":\"first/one\",\"context_id\":\"default\",\"extract_flows\":false") {
        @Override
        void read(Event event, ObservedAnswer observed) throws Exception {
            switch (event.name()) {
                case "message" -> observed.addText(event.data());
                case "reset" -> observed.addReset();
                case "done" -> observed.addEnd();
                case "error" ->
                    observed.addError(ObservedAnswer.json(event).path("code").asText());
                default -> {}
            }
        }
    },

    COMPLETIONS("/v1/chat/completions", "\"model\":\"first/one\",\"stream\":true") {
        @Override
        void read(Event event, ObservedAnswer observed) throws Exception {
            if (event.data().equals("[DONE]")) {
                return; // follows an end and an error
            }
            JsonNode frame = ObservedAnswer.json(event);
            JsonNode choice = frame.path("choices").path(0);
            observed.addText(choice.path("delta").path("content").asText());
            if (choice.hasNonNull("finish_reason")) {
                observed.addEnd();
            }
            if (frame.has("error")) {
                observed.addError(problem(frame));
            }
        }

        @Override
        String problem(JsonNode body) {
            return body.path("error").path("code").asText();
        }
    },

    MESSAGES("/v1/messages", "\"model\":\"first/one\",\"stream\":true") {
        @Override
        void read(Event event, ObservedAnswer observed) throws Exception {
            JsonNode frame = ObservedAnswer.json(event);
            switch (event.name()) {
                case "content_block_delta" ->
                    observed.addText(frame.path("delta").path("text").asText());
                case "message_stop" -> observed.addEnd();
                case "error" -> observed.addError(problem(frame));
                default -> {}
            }
        }

        @Override
        String problem(JsonNode body) {
            return body.path("error").path("type").asText();
        }
    };

    private final String path;
    private final String fields;

    StreamingRoute(String path, String fields) {
        this.path = path;
        this.fields = fields;
    }

    /** Sends a request for the first provider, and reads the answer. */
    ObservedAnswer request(TestApp app, KeepaliveObserver keepalives) throws Exception {
        keepalives.reset();
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":5," + fields + "}";
        try (SseTestClient answer = app.http().stream("POST", path, body)) {
            if (answer.status() != 200) {
                return ObservedAnswer.rejection(answer, this::problem);
            }
            keepalives.watch(answer);
            ObservedAnswer observed = new ObservedAnswer();
            for (Event event : answer.remaining()) {
                read(event, observed);
            }
            observed.addKeepalives(answer.raw());
            return observed;
        }
    }

    String path() {
        return path;
    }

    abstract void read(Event event, ObservedAnswer observed) throws Exception;

    String problem(JsonNode body) {
        return body.path("code").asText();
    }
}

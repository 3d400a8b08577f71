package io.parley.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.testing.SseParser.Event;
import io.parley.testing.SseTestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a client saw of one answer, in a few words: the text, resets, and how it ended. */
final class ObservedAnswer {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_QUOTED_LENGTH = 40;

    private final List<String> parts = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    /** @param problem finds the code of an error in a body or a frame */
    static ObservedAnswer rejection(SseTestClient answer, Function<JsonNode, String> problem) throws Exception {
        answer.remaining();
        ObservedAnswer observed = new ObservedAnswer();
        String retryAfter =
                answer.header("retry-after").map(_ -> ", `Retry-After`").orElse("");
        observed.parts.add(answer.status() + " `" + problem.apply(json(answer.raw())) + "`" + retryAfter);
        return observed;
    }

    static JsonNode json(String text) throws Exception {
        return JSON.readTree(text);
    }

    static JsonNode json(Event event) throws Exception {
        return json(event.data());
    }

    void addText(String piece) {
        text.append(piece);
    }

    void addReset() {
        flushText();
        parts.add("reset");
    }

    void addEnd() {
        flushText();
        parts.add("end");
    }

    void addError(String problem) {
        flushText();
        parts.add("error `" + problem + "`");
    }

    /** Mentions keepalives only if there were many. */
    void addKeepalives(String stream) {
        if (KeepaliveObserver.isMany(stream)) {
            parts.addFirst("keepalives");
        }
    }

    /** Returns how many times the answer was reported as ended. */
    long terminals() {
        return parts.stream()
                .filter(part -> part.equals("end") || part.startsWith("error") || part.matches("\\d{3} `.*"))
                .count();
    }

    private void flushText() {
        if (text.length() > MAX_QUOTED_LENGTH) {
            parts.add(text.length() + " characters");
        } else if (!text.isEmpty()) {
            parts.add("“" + text + "”");
        }
        text.setLength(0);
    }

    @Override
    public String toString() {
        return String.join(", ", parts);
    }
}

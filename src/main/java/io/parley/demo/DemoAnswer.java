package io.parley.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What the demo model answers: reasoning, if any, and then a text or one tool call, token by token. */
final class DemoAnswer {

    /** What a piece of an answer is. */
    enum Kind {
        THINKING,
        TEXT,
        ARGUMENTS
    }

    /** One token. */
    record Piece(Kind kind, String text) {}

    private final String callId;
    private final String tool;
    private final List<Piece> pieces = new ArrayList<>();

    private DemoAnswer(String thought, String callId, String tool) {
        this.callId = callId;
        this.tool = tool;
        add(Kind.THINKING, thought);
    }

    static DemoAnswer text(String thought, String text) {
        DemoAnswer answer = new DemoAnswer(thought, "", "");
        answer.add(Kind.TEXT, text);
        return answer;
    }

    static DemoAnswer call(String thought, String callId, String tool, String arguments) {
        DemoAnswer answer = new DemoAnswer(thought, callId, tool);
        answer.add(Kind.ARGUMENTS, arguments);
        return answer;
    }

    private void add(Kind kind, String text) {
        WordTokenizer.tokenize(text).forEach(token -> pieces.add(new Piece(kind, token)));
    }

    List<Piece> pieces() {
        return List.copyOf(pieces);
    }

    boolean callsTool() {
        return !tool.isEmpty();
    }

    /** The delta of a stream that begins the tool call. */
    JsonObject callStart() {
        return new JsonObject().put("tool_calls", new JsonArray().add(call("").put("index", 0)));
    }

    /** The delta of a stream with one piece. */
    JsonObject delta(Piece piece) {
        return switch (piece.kind()) {
            case THINKING -> new JsonObject().put("reasoning_content", piece.text());
            case TEXT -> new JsonObject().put("content", piece.text());
            case ARGUMENTS ->
                new JsonObject()
                        .put(
                                "tool_calls",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("index", 0)
                                                .put("function", new JsonObject().put("arguments", piece.text()))));
        };
    }

    /** The message of a response that is not streamed, made of {@code sent}. */
    JsonObject message(List<Piece> sent) {
        JsonObject message = new JsonObject().put("role", "assistant");
        String thought = join(sent, Kind.THINKING);
        if (!thought.isEmpty()) {
            message.put("reasoning_content", thought);
        }
        return callsTool()
                ? message.putNull("content").put("tool_calls", new JsonArray().add(call(join(sent, Kind.ARGUMENTS))))
                : message.put("content", join(sent, Kind.TEXT));
    }

    private JsonObject call(String arguments) {
        return new JsonObject()
                .put("id", callId)
                .put("type", "function")
                .put("function", new JsonObject().put("name", tool).put("arguments", arguments));
    }

    private static String join(List<Piece> pieces, Kind kind) {
        StringBuilder text = new StringBuilder();
        pieces.stream().filter(piece -> piece.kind() == kind).forEach(piece -> text.append(piece.text()));
        return text.toString();
    }
}

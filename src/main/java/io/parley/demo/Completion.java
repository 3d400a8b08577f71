package io.parley.demo;

import io.parley.demo.DemoAnswer.Kind;
import io.parley.demo.DemoAnswer.Piece;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Sends one answer in OpenAI's format, token by token at the configured speed. Stops when the client disconnects. */
final class Completion {

    private static final int MILLIS_PER_SECOND = 1000;

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final String id;
    private final CompletionRequest request;
    private final DemoAnswer answer;
    private final List<Piece> pieces;
    private final boolean truncated;
    private int sent;

    Completion(Vertx vertx, HttpServerResponse response, String id, CompletionRequest request, DemoAnswer answer) {
        this.vertx = vertx;
        this.response = response;
        this.id = id;
        this.request = request;
        this.answer = answer;
        List<Piece> all = answer.pieces();
        this.truncated = all.size() > request.maxTokens();
        this.pieces = truncated ? all.subList(0, request.maxTokens()) : all;
    }

    /** Sends the whole answer at once, after the time that streaming it would take. */
    void sendWhole(int tokensPerSecond) {
        long millis = tokensPerSecond == 0 ? 0 : pieces.size() * (long) MILLIS_PER_SECOND / tokensPerSecond;
        long timer = vertx.setTimer(
                Math.max(1, millis),
                _ -> response.putHeader("content-type", "application/json")
                        .end(json("chat.completion")
                                .put(
                                        "choices",
                                        new JsonArray()
                                                .add(new JsonObject()
                                                        .put("index", 0)
                                                        .put("message", answer.message(pieces))
                                                        .put("finish_reason", finishReason())))
                                .put("usage", usage())
                                .toBuffer()));
        response.closeHandler(_ -> vertx.cancelTimer(timer));
    }

    /** Sends the answer as server-sent events. */
    void sendStream(int tokensPerSecond) {
        response.setChunked(true).putHeader("content-type", "text/event-stream; charset=utf-8");
        response.putHeader("cache-control", "no-cache");
        response.write(event(delta(new JsonObject().put("role", "assistant").put("content", ""))));
        if (tokensPerSecond == 0) {
            sendTokens(pieces.size());
            return;
        }
        int batchSize = Math.max(1, tokensPerSecond / MILLIS_PER_SECOND);
        long timer = vertx.setPeriodic(Math.max(1, MILLIS_PER_SECOND / tokensPerSecond), timerId -> {
            if (!response.writeQueueFull()) {
                sendTokens(batchSize);
            }
            if (sent == pieces.size()) {
                vertx.cancelTimer(timerId);
            }
        });
        response.closeHandler(_ -> vertx.cancelTimer(timer));
    }

    private void sendTokens(int max) {
        Buffer buffer = Buffer.buffer();
        for (int end = Math.min(pieces.size(), sent + max); sent < end; sent++) {
            Piece piece = pieces.get(sent);
            if (piece.kind() == Kind.ARGUMENTS
                    && (sent == 0 || pieces.get(sent - 1).kind() != Kind.ARGUMENTS)) {
                buffer.appendBuffer(event(delta(answer.callStart())));
            }
            buffer.appendBuffer(event(delta(answer.delta(piece))));
        }
        if (sent < pieces.size()) {
            response.write(buffer);
            return;
        }
        JsonObject last =
                new JsonObject().put("index", 0).put("delta", new JsonObject()).put("finish_reason", finishReason());
        buffer.appendBuffer(event(chunk(last)));
        if (request.includeUsage()) {
            buffer.appendBuffer(event(json("chat.completion.chunk")
                    .put("choices", new JsonArray())
                    .put("usage", usage())));
        }
        response.end(buffer.appendString("data: [DONE]\n\n"));
    }

    private String finishReason() {
        if (truncated) {
            return "length";
        }
        return answer.callsTool() ? "tool_calls" : "stop";
    }

    private JsonObject usage() {
        int prompt = request.tokens();
        long thinking =
                pieces.stream().filter(piece -> piece.kind() == Kind.THINKING).count();
        return new JsonObject()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", pieces.size())
                .put("total_tokens", prompt + pieces.size())
                .put("completion_tokens_details", new JsonObject().put("reasoning_tokens", thinking));
    }

    private JsonObject delta(JsonObject delta) {
        return chunk(new JsonObject().put("index", 0).put("delta", delta));
    }

    private JsonObject chunk(JsonObject choice) {
        return json("chat.completion.chunk").put("choices", new JsonArray().add(choice));
    }

    private JsonObject json(String object) {
        return new JsonObject()
                .put("id", id)
                .put("object", object)
                .put("created", 0)
                .put("model", DemoProvider.MODEL);
    }

    private static Buffer event(JsonObject json) {
        return Buffer.buffer("data: ").appendBuffer(json.toBuffer()).appendString("\n\n");
    }
}

package io.parley.demo;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Says one answer in OpenAI's format, token by token at its speed, and falls silent when its client has gone. */
final class Completion {

    private static final int MILLIS = 1000;

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final String id;
    private final CompletionRequest question;
    private final List<String> tokens;
    private final boolean cut;
    private int said;

    Completion(Vertx vertx, HttpServerResponse response, String id, CompletionRequest question, String answer) {
        this.vertx = vertx;
        this.response = response;
        this.id = id;
        this.question = question;
        List<String> all = WordTokenizer.of(answer);
        this.cut = all.size() > question.mostTokens();
        this.tokens = cut ? all.subList(0, question.mostTokens()) : all;
    }

    /** All at once, when it would have been said. */
    void whole(int tokensPerSecond) {
        long millis = tokensPerSecond == 0 ? 0 : tokens.size() * (long) MILLIS / tokensPerSecond;
        long timer = vertx.setTimer(
                Math.max(1, millis),
                _ -> response.putHeader("content-type", "application/json")
                        .end(json("chat.completion")
                                .put(
                                        "choices",
                                        new JsonArray()
                                                .add(choice("message", String.join("", tokens))
                                                        .put("finish_reason", reason())))
                                .put("usage", usage())
                                .toBuffer()));
        response.closeHandler(_ -> vertx.cancelTimer(timer));
    }

    /** Piece by piece. */
    void streamed(int tokensPerSecond) {
        response.setChunked(true).putHeader("content-type", "text/event-stream; charset=utf-8");
        response.putHeader("cache-control", "no-cache");
        response.write(event(chunk(choice("delta", ""))));
        if (tokensPerSecond == 0) {
            say(tokens.size());
            return;
        }
        int each = Math.max(1, tokensPerSecond / MILLIS);
        long timer = vertx.setPeriodic(Math.max(1, MILLIS / tokensPerSecond), ticking -> {
            if (!response.writeQueueFull()) {
                say(each);
            }
            if (said == tokens.size()) {
                vertx.cancelTimer(ticking);
            }
        });
        response.closeHandler(_ -> vertx.cancelTimer(timer));
    }

    private void say(int most) {
        Buffer out = Buffer.buffer();
        for (int end = Math.min(tokens.size(), said + most); said < end; said++) {
            JsonObject delta = new JsonObject().put("content", tokens.get(said));
            out.appendBuffer(event(chunk(new JsonObject().put("index", 0).put("delta", delta))));
        }
        if (said < tokens.size()) {
            response.write(out);
            return;
        }
        JsonObject last =
                new JsonObject().put("index", 0).put("delta", new JsonObject()).put("finish_reason", reason());
        out.appendBuffer(event(chunk(last)));
        if (question.withUsage()) {
            out.appendBuffer(event(json("chat.completion.chunk")
                    .put("choices", new JsonArray())
                    .put("usage", usage())));
        }
        response.end(out.appendString("data: [DONE]\n\n"));
    }

    private String reason() {
        return cut ? "length" : "stop";
    }

    private JsonObject usage() {
        int prompt = question.tokens();
        return new JsonObject()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", tokens.size())
                .put("total_tokens", prompt + tokens.size());
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

    private static JsonObject choice(String part, String content) {
        return new JsonObject()
                .put("index", 0)
                .put(part, new JsonObject().put("role", "assistant").put("content", content));
    }

    private static Buffer event(JsonObject json) {
        return Buffer.buffer("data: ").appendBuffer(json.toBuffer()).appendString("\n\n");
    }
}

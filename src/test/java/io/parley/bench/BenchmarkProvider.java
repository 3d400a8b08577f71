package io.parley.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers as fast as possible in OpenAI's wire format. The model name selects the answer: {@code fast-20} (20 tokens at once),
 * {@code paced-20-50} (20 tokens, one every 50 ms), {@code stalled} (one token, then nothing), {@code silent} (nothing), {@code cut-777}
 * (closes after 777 bytes).
 */
final class BenchmarkProvider {

    private final Vertx vertx;
    final ConcurrentLinkedQueue<Long> closedAtNanos = new ConcurrentLinkedQueue<>();
    final AtomicInteger openRequests = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();

    BenchmarkProvider(Vertx vertx) {
        this.vertx = vertx;
    }

    Future<HttpServer> listen() {
        return vertx.createHttpServer(
                        new HttpServerOptions().setTcpNoDelay(true).setAcceptBacklog(8192))
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
                .listen(0, "127.0.0.1");
    }

    private void answer(HttpServerRequest request, Buffer body) {
        if (body.length() == 0) {
            request.response().end("{\"object\":\"list\",\"data\":[]}"); // health probe
            return;
        }
        requests.incrementAndGet();
        String[] model = new JsonObject(body).getString("model", "fast-20").split("-");
        HttpServerResponse response = request.response().setChunked(true);
        openRequests.incrementAndGet();
        response.closeHandler(_ -> {
            openRequests.decrementAndGet();
            closedAtNanos.add(System.nanoTime());
        });
        response.putHeader("content-type", "text/event-stream");
        switch (model[0]) {
            case "paced" -> sendPaced(response, 0, Integer.parseInt(model[1]), Long.parseLong(model[2]));
            case "stalled" -> response.write(token(0));
            case "silent" -> {}
            case "cut" -> truncateAfter(request, response, Integer.parseInt(model[1]));
            default -> sendFast(response, Integer.parseInt(model[1]));
        }
    }

    private static void sendFast(HttpServerResponse response, int tokens) {
        response.write(token(0));
        Buffer rest = Buffer.buffer(tokens * 200);
        for (int i = 1; i < tokens; i++) {
            rest.appendBuffer(token(i));
        }
        response.end(rest.appendBuffer(end(tokens)));
    }

    private void sendPaced(HttpServerResponse response, int index, int tokens, long millis) {
        if (response.closed()) {
            return;
        }
        if (index == tokens) {
            response.end(end(tokens));
            return;
        }
        response.write(token(index));
        vertx.setTimer(millis, _ -> sendPaced(response, index + 1, tokens, millis));
    }

    private static void truncateAfter(HttpServerRequest request, HttpServerResponse response, int bytes) {
        Buffer buffer = Buffer.buffer();
        for (int i = 0; i < 20; i++) {
            buffer.appendBuffer(token(i));
        }
        buffer.appendBuffer(end(20));
        response.write(buffer.getBuffer(0, Math.min(bytes, buffer.length())))
                .onComplete(_ -> request.connection().close());
    }

    /** Length in bytes of an answer of twenty tokens, without its end. */
    static int lengthBeforeEnd() {
        int length = 0;
        for (int i = 0; i < 20; i++) {
            length += token(i).length();
        }
        return length;
    }

    static Buffer token(int index) {
        return Buffer.buffer("data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
                + "\"model\":\"bench\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + word(index)
                + "\"},\"finish_reason\":null}]}\n\n");
    }

    static String word(int index) {
        return "w" + index + " ";
    }

    private static Buffer end(int tokens) {
        return Buffer.buffer("data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
                + "\"model\":\"bench\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                + "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
                + "\"model\":\"bench\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":"
                + tokens + ",\"total_tokens\":" + (tokens + 9) + "}}\n\ndata: [DONE]\n\n");
    }
}

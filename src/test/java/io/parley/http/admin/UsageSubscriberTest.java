package io.parley.http.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Problem;
import io.parley.http.RawHttpClient;
import io.parley.http.server.SlowClientGuards;
import io.parley.http.stream.SseResponse;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.junit5.VertxExtension;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("UsageSubscriber")
@ExtendWith(VertxExtension.class)
class UsageSubscriberTest {

    private static final Buffer BIG = Buffer.buffer("x".repeat(16 * 1024 * 1024) + "\n");

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @DisplayName("writes nothing after the final event, even if writes were pending")
    void nothingAfterEnd(int extraWrites, Vertx vertx) throws Exception {
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        vertx.exceptionHandler(uncaught::add);
        Promise<UsageSubscriber> started = Promise.promise();
        HttpServer server = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    SlowClientGuards slowReader = new SlowClientGuards(vertx, Duration.ofSeconds(30));
                    UsageSubscriber reader = new UsageSubscriber(
                            vertx, new SseResponse(request, slowReader, () -> {}), Duration.ofMillis(20));
                    reader.start();
                    if (request.path().equals("/on")) {
                        return;
                    }
                    for (int i = 0; i < 1 + extraWrites; i++) {
                        reader.send(BIG);
                    }
                    reader.abort(new Problem.Unauthorized());
                    reader.send(BIG);
                    started.complete(reader);
                })
                .listen(0, "127.0.0.1"));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(text.substring(text.length() - 200))
                    .contains("event: error")
                    .endsWith("\n\n");
            await(await(started.future()).completion());
            afterHeartbeat(server.actualPort());
            assertThat(uncaught).isEmpty();
        }
    }

    /** Waits for two heartbeats of another subscriber that started later; the first one would have had its own by then. */
    private static void afterHeartbeat(int port) throws Exception {
        try (RawHttpClient other = RawHttpClient.connect(port)) {
            other.send("GET /on HTTP/1.0\r\n\r\n").readUntil(":keepalive\n\n:keepalive\n\n");
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }
}

package io.parley.http.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.http.WebSocketTestServer;
import io.parley.testing.FakeRuns;
import io.parley.testing.WebSocketTestClient;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that read nothing, and clients that vanish without a close. */
@ExtendWith(VertxExtension.class)
class WebSocketTimeoutTest {

    private static final String BIG = "x".repeat(32 * 1024);

    @Test
    @DisplayName(
            "a client that reads nothing causes no reads of the log, is closed, and its chat stopped if it has on_disconnect=cancel")
    void slowReader() throws Exception {
        try (WebSocketTestServer server =
                        WebSocketTestServer.start(true, Duration.ofSeconds(15), Duration.ofMillis(300));
                WebSocketTestClient probe = server.connect()) {
            probe.sendJson(chatMessage());
            FakeRuns.FakeRun run = flood(server.runs.nextStarted());
            assertThat(server.runs.nextStop().cause()).isEqualTo("disconnect");
            assertThat(run.unreadCount()).isPositive();
            assertThat(probe.closeCode()).isIn(1013, WebSocketTestClient.ABNORMAL_CLOSURE);
        }
    }

    @Test
    @DisplayName("a client that reads slowly but steadily is served to the end")
    void steadyReader() throws Exception {
        try (WebSocketTestServer server =
                        WebSocketTestServer.start(true, Duration.ofSeconds(15), Duration.ofMillis(700));
                WebSocketTestClient idle = server.connect();
                WebSocketTestClient probe = server.connect()) {
            probe.sendJson(chatMessage());
            flood(server.runs.nextStarted()).complete();
            idle.sendJson(chatMessage());
            FakeRuns.FakeRun unread = flood(server.runs.nextStarted());
            long characters = 0;
            JsonObject message = probe.nextMessage();
            boolean idleClosed = false; // until a client that reads nothing has been closed, read slowly
            for (int frames = 0; !message.getString("type").equals("done"); frames++) {
                characters += message.getString("delta", "").length();
                idleClosed |=
                        frames % 8 == 0 && !idleClosed && server.runs.stoppedWithin(Duration.ofMillis(50), unread);
                message = probe.nextMessage();
            }
            assertThat(idleClosed)
                    .as("reading took longer than the write timeout")
                    .isTrue();
            assertThat(characters).isEqualTo(1000L * BIG.length());
        }
    }

    @Test
    @DisplayName("a slow socket does not delay others")
    void otherSockets() throws Exception {
        try (WebSocketTestServer server =
                        WebSocketTestServer.start(true, Duration.ofSeconds(15), Duration.ofSeconds(5));
                WebSocketTestClient slow = server.connect();
                WebSocketTestClient quick = server.connect()) {
            slow.sendJson(chatMessage());
            flood(server.runs.nextStarted());
            quick.sendJson(chatMessage());
            FakeRuns.FakeRun second = server.runs.nextStarted();
            second.publishTokens("quick").complete();
            assertThat(quick.readUntil("done")).hasSizeGreaterThan(2);
        }
    }

    @Test
    @DisplayName("an idle client is pinged, and stays connected while it answers")
    void answersPings(Vertx vertx) throws Exception {
        try (WebSocketTestClient probe = WebSocketTestClient.connect(keepAliveTimers(vertx), "/")) {
            for (int i = 0; i < 10; i++) {
                WebSocketTestClient.Frame ping = probe.readFrame().orElseThrow();
                assertThat(ping.opcode()).isEqualTo(WebSocketTestClient.PING);
                probe.sendFrame(WebSocketTestClient.FIN | WebSocketTestClient.PONG, ping.payload());
            }
        }
    }

    @Test
    @DisplayName("a client that answers no ping is disconnected")
    void noPong(Vertx vertx) throws Exception {
        try (WebSocketTestClient probe = WebSocketTestClient.connect(keepAliveTimers(vertx), "/")) {
            assertThat(probe.closeCode()).isEqualTo(WebSocketTestClient.ABNORMAL_CLOSURE);
        }
    }

    private static FakeRuns.FakeRun flood(FakeRuns.FakeRun run) {
        for (int i = 0; i < 1000; i++) {
            run.publishTokens(BIG);
        }
        return run;
    }

    /** Starts a server that only pings every 50 ms, and waits 200 ms for a pong. */
    private static int keepAliveTimers(Vertx vertx) throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.toWebSocket().onSuccess(socket -> {
                    SocketWriter out = new SocketWriter(
                            vertx, socket, ((ConnectionBase) request.connection()).channel(), Duration.ofSeconds(5));
                    SocketKeepAlive keepAlive = new SocketKeepAlive(
                            vertx, out, Duration.ofMillis(50), Duration.ofMillis(200), System::nanoTime);
                    socket.frameHandler(_ -> keepAlive.onActivity());
                    socket.closeHandler(_ -> keepAlive.stop());
                }));
        return server.listen(0, "127.0.0.1").await(5, SECONDS).actualPort();
    }

    private static JsonObject chatMessage() {
        return new JsonObject()
                .put("type", "chat")
                .put("id", "c1")
                .put("context_id", "default")
                .put("on_disconnect", "cancel")
                .put(
                        "messages",
                        new JsonArray().add(new JsonObject().put("role", "user").put("content", "hi")));
    }
}

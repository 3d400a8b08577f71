package io.parley.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.http.WebSocketTestServer;
import io.parley.testing.WebSocketTestClient;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketUpgradeTest {

    private static final JsonObject PING = new JsonObject().put("type", "ping");
    private static final JsonObject PONG = new JsonObject().put("type", "pong");

    private static WebSocketTestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = WebSocketTestServer.start(false);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    @DisplayName("a token in the header is enough, and its user owns the runs of the socket")
    void header() throws Exception {
        try (WebSocketTestClient probe = server.connect("Authorization: Bearer alice")) {
            assertThat(probe.sendJson(chatMessage()).nextMessage().getString("type"))
                    .isEqualTo("opened");
            assertThat(server.runs.nextStarted().user()).isEqualTo("alice");
        }
    }

    @Test
    @DisplayName("a fork counts as a start: the eleventh in a minute is rejected, over any number of sockets")
    void forks() throws Exception {
        JsonObject fork = new JsonObject()
                .put("type", "command")
                .put("id", "f")
                .put("run", "run_0")
                .put("command", "fork")
                .put("at_turn", 0);
        for (int i = 0; i < 10; i++) {
            try (WebSocketTestClient probe = server.connect("Authorization: Bearer alice")) {
                assertThat(probe.sendJson(fork).nextMessage().getString("code")).isNotEqualTo("rate_limited");
            }
        }
        try (WebSocketTestClient probe = server.connect("Authorization: Bearer alice")) {
            JsonObject rejection = probe.sendJson(fork).nextMessage();
            assertThat(rejection.getString("code")).isEqualTo("rate_limited");
            assertThat(rejection.getString("id")).isEqualTo("f");
        }
    }

    @Test
    @DisplayName("a token after the subprotocol bearer is enough, and the server selects bearer, never the token")
    void subprotocol() throws Exception {
        try (WebSocketTestClient probe = server.connect("Sec-WebSocket-Protocol: bearer, alice")) {
            assertThat(probe.status()).isEqualTo(101);
            assertThat(probe.header("sec-websocket-protocol")).contains("bearer");
            assertThat(probe.sendJson(PING).nextMessage()).isEqualTo(PONG);
        }
    }

    @Test
    @DisplayName("a standard WebSocket client connects with the subprotocol pair")
    void client() throws Exception {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.verticle.port())
                .setURI(WebSocketTestServer.PATH)
                .addSubProtocol("bearer")
                .addSubProtocol("alice")
                .addHeader("Origin", WebSocketTestServer.ORIGIN);
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket socket = server.vertx.createWebSocketClient().connect(options).await(5, TimeUnit.SECONDS);
        assertThat(socket.subProtocol()).isEqualTo("bearer");
        socket.textMessageHandler(answer::complete);
        socket.writeTextMessage(PING.encode());
        assertThat(new JsonObject(answer.get(5, TimeUnit.SECONDS))).isEqualTo(PONG);
        socket.close().await(5, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("a first message with a token is enough, and messages directly after it are served")
    void firstMessage() throws Exception {
        try (WebSocketTestClient probe = server.connect()) {
            probe.sendJson(authMessage("alice")).sendJson(chatMessage()).sendJson(PING);
            assertThat(List.of(
                            probe.nextMessage().getString("type"),
                            probe.nextMessage().getString("type")))
                    .containsExactlyInAnyOrder("pong", "opened");
            assertThat(server.runs.nextStarted().user()).isEqualTo("alice");
        }
    }

    @ParameterizedTest(name = "401 without an upgrade: {0}")
    @ValueSource(
            strings = {
                "Authorization: Bearer bad",
                "Authorization: Basic YTpi",
                "Authorization: Bearer",
                "Authorization: nothing",
                "Sec-WebSocket-Protocol: bearer, bad",
                "Sec-WebSocket-Protocol: bearer",
                "Sec-WebSocket-Protocol: alice, bearer",
                "Sec-WebSocket-Protocol: bearer, alice, bob"
            })
    void unauthorized(String header) throws Exception {
        try (WebSocketTestClient probe = server.connect(header)) {
            assertThat(probe.status()).isEqualTo(401);
            assertThat(probe.header("www-authenticate")).isPresent();
            assertThat(probe.header("content-type").orElseThrow()).startsWith("application/problem+json");
            assertThat(new JsonObject(probe.body()).getString("code")).isEqualTo("invalid_token");
        }
    }

    @Test
    @DisplayName("a valid subprotocol token does not outweigh an invalid header")
    void badHeaderWins() throws Exception {
        try (WebSocketTestClient probe =
                server.connect("Authorization: Bearer bad", "Sec-WebSocket-Protocol: bearer, alice")) {
            assertThat(probe.status()).isEqualTo(401);
        }
    }

    @ParameterizedTest(name = "a token in the query is rejected: {0}")
    @ValueSource(strings = {"?access_token=alice", "?token=alice"})
    void tokenInQuery(String query) throws Exception {
        try (WebSocketTestClient probe =
                WebSocketTestClient.connect(server.verticle.port(), WebSocketTestServer.PATH + query)) {
            assertThat(probe.status()).isEqualTo(400);
        }
    }

    @ParameterizedTest(name = "origin {0}: {1}")
    @CsvSource({
        "https://ok.example, 101",
        "https://evil.example, 403",
        "null, 403",
        "https://ok.example.evil, 403",
        "https://evil.example/https://ok.example, 403",
        "http://ok.example, 403",
        "https://OK.example, 403",
        "'', 403"
    })
    void origin(String origin, int status) throws Exception {
        try (WebSocketTestClient probe = server.connect("Authorization: Bearer alice", "Origin: " + origin)) {
            assertThat(probe.status()).isEqualTo(status);
        }
    }

    @ParameterizedTest(name = "host {0}, origin {1}: {2}")
    @CsvSource({
        "127.0.0.1:8080, http://127.0.0.1:8080, 101",
        "localhost:8080, http://localhost:8080, 101",
        "[::1]:8080, http://[::1]:8080, 101",
        "localhost:8080, http://localhost:3000, 403",
        "localhost:8080, http://127.0.0.1:8080, 403",
        "evil.example:8080, http://evil.example:8080, 403"
    })
    void ownOrigin(String host, String origin, int status) throws Exception {
        try (WebSocketTestClient probe = WebSocketTestClient.connectTo(
                server.verticle.port(),
                host,
                WebSocketTestServer.PATH,
                "Authorization: Bearer alice",
                "Origin: " + origin)) {
            assertThat(probe.status()).isEqualTo(status);
        }
    }

    @Test
    @DisplayName("a client that sends another message before its token is closed with 4401")
    void messageBeforeToken() throws Exception {
        try (WebSocketTestClient probe = server.connect()) {
            assertThat(probe.sendJson(PING).closeCode()).isEqualTo(4401);
        }
    }

    @Test
    @DisplayName("a client that sends no token within five seconds is closed with 4408")
    void noToken() throws Exception {
        long startedAt = System.nanoTime();
        try (WebSocketTestClient probe = server.connect()) {
            assertThat(probe.closeCode()).isEqualTo(4408);
            assertThat(System.nanoTime() - startedAt).isBetween(4_500_000_000L, 7_000_000_000L);
        }
    }

    @Test
    @DisplayName("a first message with an invalid token closes with 4401")
    void badFirstMessage() throws Exception {
        try (WebSocketTestClient probe = server.connect()) {
            assertThat(probe.sendJson(authMessage("bad"))
                            .sendJson(chatMessage())
                            .closeCode())
                    .isEqualTo(4401);
        }
    }

    @Test
    @DisplayName("while tokens cannot be verified, a first message closes with 1013")
    void unavailable() throws Exception {
        try (WebSocketTestClient probe = server.connect()) {
            assertThat(probe.sendJson(authMessage("down")).closeCode()).isEqualTo(1013);
        }
    }

    @Test
    @DisplayName("the socket is closed with 4401 when the token expires")
    void expiry() throws Exception {
        try (WebSocketTestClient probe = server.connect("Authorization: Bearer alice~300")) {
            assertThat(probe.sendJson(PING).nextMessage()).isEqualTo(PONG);
            assertThat(probe.closeCode()).isEqualTo(4401);
        }
    }

    @Test
    @DisplayName("a new token of the same user keeps the socket open")
    void refresh() throws Exception {
        try (WebSocketTestClient probe = server.connect("Authorization: Bearer alice~700")) {
            assertThat(probe.sendJson(authMessage("alice~60000")).sendJson(PING).nextMessage())
                    .isEqualTo(PONG);
            try (WebSocketTestClient other = server.connect("Authorization: Bearer alice~700")) {
                assertThat(other.closeCode()).isEqualTo(4401); // by now the first token has expired as well
            }
            assertThat(probe.sendJson(PING).nextMessage()).isEqualTo(PONG);
        }
    }

    @ParameterizedTest(name = "an open socket that gets the token {0} is closed with 4401")
    @ValueSource(strings = {"eve", "bad"})
    void otherUser(String token) throws Exception {
        try (WebSocketTestClient probe = server.connect("Authorization: Bearer alice")) {
            assertThat(probe.sendJson(authMessage(token)).closeCode()).isEqualTo(4401);
        }
    }

    @ParameterizedTest(name = "{0} is answered with {1}")
    @CsvSource({
        "GET /api/v1/conversations/stream/more HTTP/1.1, 404",
        "GET /nowhere HTTP/1.1, 404",
        "POST /api/v1/conversations/stream HTTP/1.1, 405",
        "PUT /api/v1/conversations/stream HTTP/1.1, 405",
        "DELETE /api/v1/conversations/stream HTTP/1.1, 405"
    })
    void otherRequests(String requestLine, int status) throws Exception {
        try (WebSocketTestClient probe = WebSocketTestClient.send(
                server.verticle.port(), requestLine, "Sec-WebSocket-Version: 13", "Authorization: Bearer alice")) {
            assertThat(probe.status()).isEqualTo(status);
            if (status == 405) {
                assertThat(probe.header("allow").orElseThrow()).contains("GET");
            }
        }
    }

    @ParameterizedTest(name = "426: Sec-WebSocket-Version {0}")
    @ValueSource(strings = {"12", "8", "7", "0", "14", "x"})
    void version(String version) throws Exception {
        try (WebSocketTestClient probe = WebSocketTestClient.send(
                server.verticle.port(),
                "GET " + WebSocketTestServer.PATH + " HTTP/1.1",
                "Sec-WebSocket-Version: " + version,
                "Authorization: Bearer alice")) {
            assertThat(probe.status()).isEqualTo(426);
            assertThat(probe.header("sec-websocket-version")).contains("13");
        }
    }

    @Test
    @DisplayName("an upgrade header does not bypass authentication on other routes")
    void noAuthBypass() throws Exception {
        try (WebSocketTestClient probe = WebSocketTestClient.connect(server.verticle.port(), "/api/v1/contexts")) {
            assertThat(probe.status()).isEqualTo(401);
        }
    }

    @Test
    @DisplayName("a Vert.x client sees the status of a rejected upgrade")
    void rejected() {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.verticle.port())
                .setURI(WebSocketTestServer.PATH)
                .addHeader("Authorization", "Bearer bad");
        assertThatThrownBy(() -> server.vertx
                        .createWebSocketClient()
                        .connect(options)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        UpgradeRejectedException.class,
                        rejection -> assertThat(rejection.getStatus()).isEqualTo(401));
    }

    private static JsonObject authMessage(String token) {
        return new JsonObject().put("type", "auth").put("token", token);
    }

    private static JsonObject chatMessage() {
        return new JsonObject()
                .put("type", "chat")
                .put("id", "c1")
                .put("context_id", "default")
                .put(
                        "messages",
                        new JsonArray().add(new JsonObject().put("role", "user").put("content", "hi")));
    }
}

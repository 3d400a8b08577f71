package io.parley;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.parley.testing.FakeJwksServer;
import io.parley.testing.HttpTestClient;
import io.parley.testing.SseParser.Event;
import io.parley.testing.SseTestClient;
import io.parley.testing.TestApp;
import io.parley.testing.TestJwtIssuer;
import io.parley.testing.WebSocketTestClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server with one user, who authenticates with name and password. */
class BasicAuthTest {

    private static final String CHATS = "/api/v1/conversations/stream";
    private static final String CONTEXTS = "/api/v1/contexts";
    private static final String PASSWORD = "open: ses\u00e4me \u65e5\u672c";
    private static final String CHALLENGE = "Basic realm=\"parley\", charset=\"UTF-8\"";
    private static final Map<String, String> SETTINGS = Map.of(
            "auth.dev-mode",
            "false",
            "auth.basic.user",
            "ann",
            "auth.basic.password-hash",
            BCrypt.withDefaults().hashToString(4, PASSWORD.toCharArray()),
            "http.trusted-proxies",
            "127.0.0.1");

    @TempDir
    private Path data;

    private TestApp app;

    @BeforeEach
    void start() throws Exception {
        app = TestApp.start(data, SETTINGS);
    }

    @AfterEach
    void stop() throws Exception {
        app.close();
    }

    @Test
    @DisplayName("the user can chat and read the conversation; others are told how to authenticate")
    void chats() throws Exception {
        HttpResponse<String> unauthorized = app.http().post(CHATS, chat());
        assertThat(unauthorized.statusCode()).isEqualTo(401);
        assertThat(unauthorized.headers().allValues("www-authenticate")).containsExactly(CHALLENGE);
        SseTestClient stream = app.http().stream("POST", CHATS, chat(), "Authorization", basic("ann", PASSWORD));
        assertThat(stream.remaining()).last().extracting(Event::name).isEqualTo("done");
        String path = "/api/v1/conversations/" + stream.header("X-Run-Id").orElseThrow();
        assertThat(app.http()
                        .get(path, "Authorization", basic("ann", PASSWORD).replace("Basic", "bAsIc"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(status("Authorization", basic("ann", "wrong"))).isEqualTo(401);
    }

    @Test
    @DisplayName("the server is ready without JWT keys")
    void ready() throws Exception {
        assertThat(HttpTestClient.json(app.http().get("/health"))
                        .at("/checks/auth")
                        .asText())
                .isEqualTo("ok");
    }

    @Test
    @DisplayName("a header that is not a name and a password in base64 and UTF-8 gets the same 401")
    void malformed() throws Exception {
        String latin1 = encode(("ann:" + PASSWORD).getBytes(ISO_8859_1));
        List<String> malformed = List.of(
                "Basic",
                "Basic ",
                "Basic !!!!",
                "Basic " + encode("ann".getBytes(UTF_8)),
                "Basic " + encode(("ann:" + PASSWORD).getBytes(UTF_8)) + "====",
                "Basic a",
                "Basic " + latin1,
                "Basic " + encode(("ann:" + PASSWORD + "\0").getBytes(UTF_8)),
                basic("ann", "x".repeat(73)),
                basic("ann", "x".repeat(4000)),
                basic("x".repeat(4000), PASSWORD),
                "Digest username=\"ann\"",
                "Bearer " + encode(("ann:" + PASSWORD).getBytes(UTF_8)));
        for (String each : malformed) {
            HttpResponse<String> answer = app.http().get(CONTEXTS, "Authorization", each, "X-Request-Id", "same");
            assertThat(answer.statusCode()).as(each).isEqualTo(401);
            assertThat(answer.body())
                    .isEqualTo(app.http().get(CONTEXTS, "X-Request-Id", "same").body());
        }
    }

    @Test
    @DisplayName("a header longer than 8 KiB is rejected without being decoded")
    void hugeHeader() throws Exception {
        assertThat(status("Authorization", basic("ann", "x".repeat(7000)))).isEqualTo(431);
    }

    @Test
    @DisplayName("passwords are not accepted under /v1")
    void notOnProgramRoutes() throws Exception {
        HttpResponse<String> answer = app.http().get("/v1/models", "Authorization", basic("ann", PASSWORD));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().allValues("www-authenticate")).containsExactly("Bearer");
    }

    @Test
    @DisplayName(
            "failed logins are throttled with Retry-After; another address, reported by a trusted proxy, is not affected")
    void throttled() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(status("Authorization", basic("ann", "guess" + i), "X-Forwarded-For", "192.0.2.66"))
                    .isEqualTo(401);
        }
        HttpResponse<String> answer =
                app.http().get(CONTEXTS, "Authorization", basic("ann", PASSWORD), "X-Forwarded-For", "192.0.2.66");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after"))
                .hasValueSatisfying(
                        seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 60));
        assertThat(status("Authorization", basic("ann", PASSWORD), "X-Forwarded-For", "192.0.2.66, 192.0.2.7"))
                .isEqualTo(200);
    }

    @Test
    @DisplayName("a WebSocket accepts the same header")
    void socket() throws Exception {
        int port = app.server().httpPort();
        try (WebSocketTestClient known =
                        WebSocketTestClient.connect(port, CHATS, "Authorization: " + basic("ann", PASSWORD));
                WebSocketTestClient unauthorized =
                        WebSocketTestClient.connect(port, CHATS, "Authorization: " + basic("ann", "wrong"));
                WebSocketTestClient token =
                        WebSocketTestClient.connect(port, CHATS, "Sec-WebSocket-Protocol: bearer, abc")) {
            assertThat(known.status()).isEqualTo(101);
            assertThat(unauthorized.status()).isEqualTo(401);
            assertThat(token.status()).isEqualTo(401);
            assertThat(token.header("www-authenticate")).contains(CHALLENGE);
        }
    }

    @Test
    @DisplayName("with tokens enabled as well, both schemes are accepted and both are offered")
    void withTokens() throws Exception {
        Vertx helperVertx = Vertx.vertx();
        TestJwtIssuer key = TestJwtIssuer.rsa("k1");
        URI keys = new FakeJwksServer(helperVertx, key).listen().await(5, TimeUnit.SECONDS);
        Map<String, String> both = new HashMap<>(SETTINGS);
        both.put("auth.jwt.issuer", TestJwtIssuer.ISSUER);
        both.put("auth.jwt.audience", TestJwtIssuer.AUDIENCE);
        both.put("auth.jwt.jwks-url", keys.toString());
        app.close();
        app = TestApp.start(data, both);
        try {
            assertThat(status("Authorization", basic("ann", PASSWORD))).isEqualTo(200);
            assertThat(status("Authorization", "Bearer " + key.token("bob"))).isEqualTo(200);
            assertThat(app.http().get(CONTEXTS).headers().allValues("www-authenticate"))
                    .containsExactly("Bearer", CHALLENGE);
        } finally {
            helperVertx.close().await(5, TimeUnit.SECONDS);
        }
    }

    private int status(String... headers) throws Exception {
        return app.http().get(CONTEXTS, headers).statusCode();
    }

    private static String basic(String user, String password) {
        return "Basic " + encode((user + ":" + password).getBytes(UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String chat() {
        return "{\"context_id\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";
    }
}

package io.parley.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.BearerCredential;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.AuthMessage.Verify;
import io.parley.contract.ContextMessage.Contexts;
import io.parley.contract.ContextMessage.ListContexts;
import io.parley.contract.Problem;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Access to the HTTP port: credentials, origins, methods; and the headers of every response. */
final class AccessControlTest {

    private static final String CONTEXTS = "/api/v1/contexts";

    private HttpTestServer server;
    private FakeBackend backend;

    @BeforeEach
    void start() throws Exception {
        server = HttpTestServer.startWithAuth();
        backend = server.backend;
        backend.on(Addresses.CONTEXT_LIST, _ -> new Contexts(List.of(), Optional.empty()));
        backend.onAsync(
                Addresses.AUTH_VERIFY,
                verify -> verify.credential().equals(new BearerCredential("good"))
                        ? io.vertx.core.Future.succeededFuture(new Caller("ann", Set.of(), Optional.empty()))
                        : io.vertx.core.Future.failedFuture(new Problem.Unauthorized().toException()));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    @DisplayName("a caller with a valid token is known by user name on the bus")
    void authenticated() throws Exception {
        assertThat(server.client.get(CONTEXTS, "Authorization", "Bearer good").statusCode())
                .isEqualTo(200);
        assertThat(backend.received(ListContexts.class).owner()).isEqualTo("ann");
    }

    @Test
    @DisplayName("every other credential gets the same 401, byte for byte except for the request id")
    void unauthenticated() throws Exception {
        Set<String> answers = new HashSet<>();
        for (String credential :
                List.of("Bearer bad", "Bearer", "Bearer a b", "Basic YTpi", "good", "bearer\tgood", "")) {
            HttpResponse<String> answer =
                    server.client.get(CONTEXTS, "Authorization", credential, "X-Request-Id", "same");
            assertThat(answer.statusCode()).as(credential).isEqualTo(401);
            assertThat(answer.headers().firstValue("www-authenticate")).hasValue("Bearer");
            answers.add(answer.body());
        }
        answers.add(server.client.get(CONTEXTS, "X-Request-Id", "same").body());
        assertThat(answers).hasSize(1);
        assertThat(backend.requests()).noneMatch(ListContexts.class::isInstance);
    }

    @Test
    @DisplayName("no path under /api is accessible without credentials, whether it exists or not, with any method")
    void denyByDefault() throws Exception {
        for (String path :
                List.of("/api", "/api/", CONTEXTS, "/api/nothing", "/api/v1/conversations/stream", "/v1/models")) {
            for (String method : List.of("GET", "POST", "DELETE", "PUT", "BREW")) {
                assertThat(server.client.send(method, path, "").statusCode())
                        .as(method + " " + path)
                        .isEqualTo(401);
            }
        }
    }

    @Test
    @DisplayName("while tokens cannot be verified the response is 503, not 401")
    void noKeys() throws Exception {
        backend.fail(Addresses.AUTH_VERIFY, new Problem.Unavailable(Problem.Reason.NO_KEYS, Duration.ofSeconds(3)));
        HttpResponse<String> answer = server.client.get(CONTEXTS, "Authorization", "Bearer good");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).hasValue("3");
    }

    @Test
    @DisplayName("a request body is read after authentication")
    void bodyAfterAuthentication() throws Exception {
        HttpResponse<String> answer = server.client.post(CONTEXTS, "{\"nam\":1}", "Authorization", "Bearer good");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(backend.received(Verify.class).credential()).isEqualTo(new BearerCredential("good"));
    }

    @Test
    @DisplayName("a large body of an unauthenticated caller is not read, and the client still gets the 401")
    void bodyOfUnauthenticated() throws Exception {
        try (RawHttpClient socket = RawHttpClient.connect(server.port)) {
            socket.send("POST " + CONTEXTS + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n");
            assertThat(socket.readAll()).startsWith("HTTP/1.1 401 ").containsIgnoringCase("connection: close");
        }
    }

    @Test
    @DisplayName("a method that a path does not support gets 405 with the methods that it does")
    void methods() throws Exception {
        for (String method : List.of("PUT", "DELETE", "OPTIONS", "TRACE", "BREW")) {
            HttpResponse<String> answer = server.client.send(method, CONTEXTS, "", "Authorization", "Bearer good");
            assertThat(answer.statusCode()).as(method).isEqualTo(405);
            assertThat(answer.headers().firstValue("allow")).hasValue("POST, GET, HEAD");
        }
        HttpResponse<String> stream = server.client.get("/api/v1/conversations/stream", "Authorization", "Bearer good");
        assertThat(stream.statusCode()).isEqualTo(405);
        assertThat(stream.headers().firstValue("allow")).hasValue("POST");
    }

    @Test
    @DisplayName("a malformed id gets 404 without a request on the bus")
    void ids() throws Exception {
        for (String id : List.of("x".repeat(65), "a.b", "a%20b", "a:b", "%24ne", "a@b")) {
            assertThat(server.client
                            .get(CONTEXTS + "/" + id, "Authorization", "Bearer good")
                            .statusCode())
                    .as(id)
                    .isEqualTo(404);
        }
        assertThat(backend.requests()).allMatch(Verify.class::isInstance);
    }

    @Test
    @DisplayName("every response has the request id and the security headers, and no Server header")
    void commonHeaders() throws Exception {
        for (HttpResponse<String> answer : List.of(
                server.client.get(CONTEXTS, "Authorization", "Bearer good", "X-Request-Id", "my-id.1"),
                server.client.get(CONTEXTS, "X-Request-Id", "my-id.1"),
                server.client.get("/nothing", "X-Request-Id", "my-id.1"),
                server.client.get("/health", "X-Request-Id", "my-id.1"))) {
            assertThat(answer.headers().firstValue("x-request-id")).hasValue("my-id.1");
            assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
            assertThat(answer.headers().firstValue("server")).isEmpty();
        }
        for (String bad : List.of("a b", "x".repeat(129), "\"", "a;b")) {
            assertThat(server.client
                            .get("/nothing", "X-Request-Id", bad)
                            .headers()
                            .firstValue("x-request-id"))
                    .hasValueSatisfying(id -> assertThat(id).startsWith("req_"));
        }
    }

    @Test
    @DisplayName("pages of an origin that is not listed exactly may not read responses")
    void otherOrigins() throws Exception {
        for (String origin : List.of(
                "https://evil.example",
                "null",
                "https://chat.example.evil.example",
                "https://evil.chat.example",
                "http://chat.example",
                "https://chat.example:8443",
                "HTTPS://CHAT.EXAMPLE")) {
            HttpResponse<String> answer = server.client.get(CONTEXTS, "Authorization", "Bearer good", "Origin", origin);
            assertThat(answer.headers().firstValue("access-control-allow-origin"))
                    .as(origin)
                    .isEmpty();
            HttpResponse<String> preflight = server.client.send(
                    "OPTIONS", CONTEXTS, "", "Origin", origin, "Access-Control-Request-Method", "POST");
            assertThat(preflight.statusCode()).as(origin).isEqualTo(403);
            assertThat(preflight.body())
                    .contains("the origin is not in http.allowed-origins", "\"code\":\"forbidden\"");
            assertThat(preflight.headers().firstValue("access-control-allow-origin"))
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("pages of a listed origin get the CORS headers")
    void listedOrigin() throws Exception {
        String origin = "https://chat.example";
        HttpResponse<String> preflight =
                server.client.send("OPTIONS", CONTEXTS, "", "Origin", origin, "Access-Control-Request-Method", "POST");
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("access-control-allow-origin"))
                .hasValue(origin);
        assertThat(preflight.headers().firstValue("access-control-allow-methods"))
                .hasValueSatisfying(methods -> assertThat(methods).contains("POST", "PATCH", "DELETE"));
        assertThat(preflight.headers().firstValue("access-control-allow-headers"))
                .hasValueSatisfying(headers -> assertThat(headers).contains("Authorization", "Idempotency-Key"));
        HttpResponse<String> answer = server.client.get(CONTEXTS, "Authorization", "Bearer good", "Origin", origin);
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue(origin);
        assertThat(answer.headers().firstValue("access-control-expose-headers"))
                .hasValueSatisfying(headers -> assertThat(headers).contains("X-Run-Id"));
        assertThat(answer.headers().firstValue("vary")).hasValue("Origin");
        assertThat(answer.headers().firstValue("access-control-allow-credentials"))
                .isEmpty();
    }

    @Test
    @DisplayName(
            "pages of a listed origin may send the headers of the SDKs, and read the headers about limits and providers")
    void sdkHeaders() throws Exception {
        String origin = "https://chat.example";
        HttpResponse<String> preflight = server.client.send(
                "OPTIONS",
                "/v1/chat/completions",
                "",
                "Origin",
                origin,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization, x-stainless-new-thing,anthropic-beta, OpenAI-Beta, x-evil, x-stainless-, cookie");
        List<String> headers = List.of(preflight
                .headers()
                .firstValue("access-control-allow-headers")
                .orElseThrow()
                .toLowerCase(Locale.ROOT)
                .split(", "));
        assertThat(headers)
                .contains("authorization", "content-type", "x-api-key", "user-agent", "x-requested-with")
                .contains("idempotency-key", "last-event-id", "traceparent", "tracestate", "baggage")
                .contains("x-stainless-new-thing", "anthropic-beta", "openai-beta")
                .doesNotContain("x-evil", "cookie", "x-stainless-")
                .doesNotHaveDuplicates();
        HttpResponse<String> answer =
                server.client.post("/v1/chat/completions", "{}", "Authorization", "Bearer good", "Origin", origin);
        List<String> exposed = List.of(answer.headers()
                .firstValue("access-control-expose-headers")
                .orElseThrow()
                .toLowerCase(Locale.ROOT)
                .split(", "));
        assertThat(exposed)
                .contains("x-request-id", "request-id", "retry-after", "retry-after-ms")
                .contains("x-ratelimit-remaining-tokens", "x-parley-provider", "x-parley-dropped")
                .contains("openai-processing-ms")
                .doesNotHaveDuplicates();
    }
}

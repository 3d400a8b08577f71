package io.parley.http.auth.jwt;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.bus.Bus;
import io.parley.bus.ContractJson;
import io.parley.config.AuthConfig;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage;
import io.parley.http.auth.AuthVerticle;
import io.parley.testing.FakeJwksServer;
import io.parley.testing.TestJwtIssuer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JwksCacheTest {

    private static final TestJwtIssuer OLD = TestJwtIssuer.rsa("old");
    private static final TestJwtIssuer NEW = TestJwtIssuer.ec("new");
    private static final Problem REJECTED = new Problem.Unauthorized();
    private static final Problem ACCEPTED = new Problem.Conflict("accepted");

    private final AtomicLong elapsed = new AtomicLong();
    private final AtomicLong clockOffset = new AtomicLong();

    private Vertx vertx;
    private Bus bus;
    private FakeJwksServer server;
    private URI url;

    @BeforeEach
    void listen() throws Exception {
        vertx = Vertx.vertx();
        bus = Bus.install(vertx);
        server = new FakeJwksServer(vertx, OLD);
        url = server.listen().await(5, SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(5, SECONDS);
    }

    @Test
    @DisplayName("with a single key the token needs no kid")
    void noKid() throws Exception {
        start();
        JsonObject header = OLD.header();
        header.remove("kid");
        assertThat(verify(OLD.sign(header, OLD.claims("alice")))).isEqualTo(ACCEPTED);
    }

    @Test
    @DisplayName("a token of a new key is accepted at once, after one more fetch")
    void rotation() throws Exception {
        start();
        server.serve(OLD, NEW);
        assertThat(verify(NEW.token("alice"))).isEqualTo(ACCEPTED);
        assertThat(server.fetches()).isEqualTo(2);
    }

    @Test
    @DisplayName("parallel tokens of a new key share one fetch")
    void singleFlight() throws Exception {
        start();
        server.serve(OLD, NEW);
        List<Future<Problem>> requests = IntStream.range(0, 200)
                .mapToObj(i -> request(NEW.token("user" + i)))
                .toList();
        Future.all(requests).await(5, SECONDS);
        assertThat(requests).allSatisfy(each -> assertThat(each.result()).isEqualTo(ACCEPTED));
        assertThat(server.fetches()).isEqualTo(2);
    }

    @Test
    @DisplayName("a flood of unknown kids costs one fetch, and valid tokens are accepted meanwhile")
    void flood() throws Exception {
        start();
        List<Future<Problem>> junk = IntStream.range(0, 2000)
                .mapToObj(i -> request(OLD.sign(OLD.header().put("kid", "junk" + i), OLD.claims("eve"))))
                .toList();
        Future.all(junk).await(10, SECONDS);
        assertThat(junk).allSatisfy(each -> assertThat(each.result()).isEqualTo(REJECTED));
        assertThat(verify(OLD.token("alice"))).isEqualTo(ACCEPTED);
        assertThat(server.fetches()).isEqualTo(2);
    }

    @Test
    @DisplayName("after the delay an unknown kid causes another fetch")
    void unknownKeyDelayOver() throws Exception {
        start();
        verify(NEW.token("alice"));
        server.serve(OLD, NEW);
        assertThat(verify(NEW.token("alice"))).isEqualTo(REJECTED);
        advance(Duration.ofSeconds(31));
        assertThat(verify(NEW.token("alice"))).isEqualTo(ACCEPTED);
        assertThat(server.fetches()).isEqualTo(3);
    }

    @Test
    @DisplayName("a removed key is accepted for five minutes and no longer, even for tokens verified before")
    void removedKey() throws Exception {
        start();
        String verified = OLD.token("alice");
        verify(verified);
        server.serve(NEW);
        verify(NEW.token("alice"));

        advance(Duration.ofMinutes(4));
        assertThat(verify(OLD.token("bob"))).isEqualTo(ACCEPTED);
        advance(Duration.ofMinutes(2));
        assertThat(verify(OLD.token("carol"))).isEqualTo(REJECTED);
        assertThat(verify(verified)).isEqualTo(REJECTED);
    }

    @Test
    @DisplayName("a verified token is rejected from the moment it expires")
    void cachedTokenExpires() throws Exception {
        start();
        String token = OLD.token("alice", Instant.now().plusSeconds(60));
        assertThat(verify(token)).isEqualTo(ACCEPTED);
        clockOffset.set(60);
        assertThat(verify(token)).isEqualTo(REJECTED);
    }

    @Test
    @DisplayName("while the JWKS server is unreachable the cached keys stay valid")
    void outage() throws Exception {
        start();
        server.close().await(5, SECONDS);
        advance(Duration.ofHours(1));
        assertThat(verify(NEW.token("eve"))).isEqualTo(REJECTED); // this one caused a fetch, which failed
        assertThat(verify(OLD.token("alice"))).isEqualTo(ACCEPTED);
        assertThat(ready()).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest(name = "rejected, and the cached keys are kept: {0}")
    @MethodSource
    void unusableResponses(String name, Consumer<HttpServerRequest> answer) throws Exception {
        start();
        server.respondWith(answer);
        assertThat(verify(NEW.token("eve"))).as(name).isEqualTo(REJECTED);
        assertThat(verify(OLD.token("alice"))).isEqualTo(ACCEPTED);
        assertThat(server.fetches()).isEqualTo(2);
    }

    static Stream<Arguments> unusableResponses() {
        String validKeys = TestJwtIssuer.jwks(NEW).encode();
        JsonObject weak = TestJwtIssuer.rsa("new", 1024).jwk();
        JsonObject oct = new JsonObject().put("kty", "oct").put("kid", "new").put("k", "c2VjcmV0");
        return Stream.of(
                answer("500", request -> request.response().setStatusCode(500).end(validKeys)),
                answer("204", request -> request.response().setStatusCode(204).end()),
                answer(
                        "HTML",
                        request -> request.response()
                                .putHeader("content-type", "text/html")
                                .end("<html>" + validKeys)),
                answer(
                        "JSON without a content type",
                        request -> request.response().end(validKeys)),
                answer("a redirect", JwksCacheTest::redirect),
                answer("10 MB", request -> FakeJwksServer.json(request, validKeys + " ".repeat(10_000_000))),
                answer("10 MB in chunks", JwksCacheTest::sendSlowly),
                answer("an empty body", request -> FakeJwksServer.json(request, "")),
                answer(
                        "half a document",
                        request -> FakeJwksServer.json(request, validKeys.substring(0, validKeys.length() / 2))),
                answer("a truncated response", JwksCacheTest::truncate),
                answer("no keys", request -> FakeJwksServer.json(request, "{\"keys\":[]}")),
                answer("invalid keys", request -> FakeJwksServer.json(request, "{\"keys\":[1,null,\"x\",{}]}")),
                answer("keys twice", request -> FakeJwksServer.json(request, "{\"keys\":[],\"keys\":[]}")),
                answer("an array", request -> FakeJwksServer.json(request, "[]")),
                answer("RSA of 1024 bits", request -> FakeJwksServer.json(request, keys(weak))),
                answer("a secret", request -> FakeJwksServer.json(request, keys(oct))),
                answer("a key for encryption", changed("use", "enc")),
                answer("a key of another algorithm", changed("alg", "ES384")),
                answer("a key of another curve", changed("crv", "P-384")),
                answer("a key with half a point", changed("x", "AAAA")),
                answer("a key that is not base64url", changed("x", "!")));
    }

    @Test
    @DisplayName("an endless response is aborted at the size limit")
    void endless() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        server.respondWith(request -> {
            request.connection().closeHandler(_ -> closed.complete(null));
            request.response().setChunked(true).putHeader("content-type", "application/json");
            request.response().write(" ".repeat(100_000));
        });
        start();
        assertThat(ready()).isInstanceOf(Problem.Unavailable.class);
        closed.get(2, SECONDS);
    }

    @Test
    @DisplayName("an unusable key does not affect usable ones in the same set")
    void mixed() throws Exception {
        start();
        JsonObject oct = new JsonObject().put("kty", "oct").put("kid", "x").put("k", "c2VjcmV0");
        server.respondWith(request -> FakeJwksServer.json(
                request,
                new JsonObject()
                        .put("keys", new JsonArray().add(oct).add(NEW.jwk()))
                        .encode()));
        assertThat(verify(NEW.token("alice"))).isEqualTo(ACCEPTED);
    }

    @Test
    @DisplayName(
            "without keys the start succeeds, verification is unavailable, and the verticle becomes ready by itself")
    void lateKeys() throws Exception {
        server.respondWith(request -> request.response().setStatusCode(503).end());
        start();
        assertThat(ready()).isInstanceOf(Problem.Unavailable.class);
        assertThat(verify(OLD.token("alice"))).isInstanceOf(Problem.Unavailable.class);

        CompletableFuture<Void> served = new CompletableFuture<>();
        server.respondWith(request -> {
            request.response().endHandler(_ -> served.complete(null));
            FakeJwksServer.json(request, TestJwtIssuer.jwks(OLD).encode());
        });
        served.get(5, SECONDS);
        assertThat(verify(OLD.token("alice"))).isEqualTo(ACCEPTED);
        assertThat(ready()).isEqualTo(ACCEPTED);
    }

    @Test
    @DisplayName("the start succeeds when the JWKS server is unreachable")
    void noServer() throws Exception {
        server.close().await(5, SECONDS);
        start();
        assertThat(ready()).isInstanceOf(Problem.Unavailable.class);
    }

    @Test
    @DisplayName("keys are fetched again after the refresh interval")
    void refresh() throws Exception {
        CompletableFuture<Void> again = new CompletableFuture<>();
        AuthConfig.Jwt jwt = TestJwtIssuer.config(url).jwt().orElseThrow();
        start(new AuthConfig.Jwt(
                jwt.issuer(), jwt.audience(), url, jwt.leeway(), Duration.ofMillis(50), jwt.unknownKeyDelay()));
        server.respondWith(request -> {
            FakeJwksServer.json(request, TestJwtIssuer.jwks(OLD, NEW).encode());
            again.complete(null);
        });
        assertThat(again).succeedsWithin(Duration.ofSeconds(5));
        assertThat(verify(NEW.token("alice"))).isEqualTo(ACCEPTED);
    }

    @Test
    @DisplayName("a remote JWKS URL without TLS is rejected at the start")
    void plainHttp() {
        for (String bad :
                List.of("http://login.example/jwks", "http://127.0.0.1.evil/jwks", "ftp://127.0.0.1/", "jwks")) {
            assertThatThrownBy(() ->
                            start(TestJwtIssuer.config(URI.create(bad)).jwt().orElseThrow()))
                    .as(bad)
                    .hasMessageContaining("https");
        }
    }

    @Test
    @DisplayName("the cache of verified tokens is bounded and evicts the least recently used")
    void bounded() {
        VerificationKey key = VerificationKey.of(
                        vertx, ContractJson.MAPPER.valueToTree(OLD.jwk().getMap()))
                .orElseThrow();
        Instant now = Instant.now();
        TokenCache tokens = new TokenCache(2);
        for (String each : List.of("a", "b", "a", "c")) {
            tokens.find(each, now);
            tokens.put(
                    each,
                    new TokenCache.Entry(new AuthMessage.Caller(each, Set.of(), Optional.of(now.plusSeconds(1))), key));
        }
        assertThat(tokens.size()).isEqualTo(2);
        assertThat(tokens.find("a", now)).isPresent();
        assertThat(tokens.find("b", now)).isEmpty();
    }

    private void start() throws Exception {
        start(TestJwtIssuer.config(url).jwt().orElseThrow());
    }

    private void start(AuthConfig.Jwt jwt) throws Exception {
        AuthConfig config = new AuthConfig(false, Optional.of(jwt));
        AuthVerticle verticle =
                new AuthVerticle(bus, config, () -> Instant.now().plusSeconds(clockOffset.get()), elapsed::get);
        vertx.deployVerticle(verticle).await(8, SECONDS);
    }

    private void advance(Duration time) {
        elapsed.addAndGet(time.toNanos());
    }

    private Problem verify(String token) throws Exception {
        return request(token).await(6, SECONDS);
    }

    private Future<Problem> request(String token) {
        return bus.request(Addresses.AUTH_VERIFY, new AuthMessage.Verify(new AuthMessage.BearerCredential(token)))
                .map(_ -> ACCEPTED)
                .otherwise(Problem::of);
    }

    private Problem ready() throws Exception {
        Future<StreamMessage.Ack> ready = bus.request(Addresses.AUTH_READY, new AuthMessage.CheckReadiness());
        return ready.map(_ -> ACCEPTED).otherwise(Problem::of).await(5, SECONDS);
    }

    private static Arguments answer(String name, Consumer<HttpServerRequest> answer) {
        return Arguments.of(name, answer);
    }

    private static Consumer<HttpServerRequest> changed(String field, String value) {
        return request -> FakeJwksServer.json(request, keys(NEW.jwk().put(field, value)));
    }

    private static String keys(JsonObject key) {
        return new JsonObject().put("keys", new JsonArray().add(key)).encode();
    }

    private static void redirect(HttpServerRequest request) {
        if (request.path().equals("/moved")) {
            FakeJwksServer.json(request, TestJwtIssuer.jwks(NEW).encode());
        } else {
            request.response()
                    .setStatusCode(302)
                    .putHeader("location", "/moved")
                    .end();
        }
    }

    private static void sendSlowly(HttpServerRequest request) {
        request.response().setChunked(true).putHeader("content-type", "application/json");
        for (int i = 0; i < 1000; i++) {
            request.response().write(" ".repeat(10_000));
        }
        request.response().end(TestJwtIssuer.jwks(NEW).encode());
    }

    private static void truncate(HttpServerRequest request) {
        request.response().putHeader("content-type", "application/json").putHeader("content-length", "5000");
        request.response()
                .write("{\"keys\":[")
                .onComplete(_ -> request.connection().close());
    }
}

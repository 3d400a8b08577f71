package io.parley.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Addresses;
import io.parley.contract.ContextMessage.Contexts;
import io.parley.contract.ContextMessage.Create;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed requests: each is rejected once, and its connection is closed. */
final class MalformedRequestTest {

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
    private static final String HIDDEN = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static HttpTestServer server;

    /** A request, and the statuses it may be rejected with; 0 means closed without a response. */
    private record Case(String name, String request, Integer... statuses) {}

    @BeforeAll
    static void start() throws Exception {
        server = HttpTestServer.start();
        server.backend.acceptRuns();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @TestFactory
    @DisplayName("is rejected, and the request after it is not answered:")
    Stream<DynamicTest> rejected() {
        return cases().stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> {
                    try (RawHttpClient socket = RawHttpClient.connect(server.port)) {
                        String answer = socket.send(each.request()).readAll();
                        List<Integer> statuses = statuses(answer);
                        assertThat(statuses.size()).as(answer).isLessThanOrEqualTo(1);
                        if (!statuses.isEmpty()) {
                            assertThat(each.statuses()).as(answer).contains(statuses.getFirst());
                            assertThat(answer)
                                    .containsIgnoringCase("content-type: application/problem+json; charset=utf-8")
                                    .containsIgnoringCase("connection: close")
                                    .containsIgnoringCase("x-request-id: ")
                                    .doesNotContain("io.parley", "netty", "vertx", "Exception");
                        } else {
                            assertThat(each.statuses())
                                    .as("may be closed without a response")
                                    .contains(0);
                        }
                    }
                }));
    }

    @ParameterizedTest(name = "{0} is answered {1}")
    @DisplayName("without authentication only a Host of this machine is accepted, against DNS rebinding")
    @CsvSource({
        "evil.example, 400",
        "localhost.evil.example, 400",
        "localhost:8080, 200",
        "127.0.0.1, 200",
        "[::1]:80, 200"
    })
    void dnsRebinding(String host, int status) throws Exception {
        server.backend.on(Addresses.CONTEXT_LIST, _ -> new Contexts(List.of(), Optional.empty()));
        try (RawHttpClient socket = RawHttpClient.connect(server.port)) {
            String request = "GET /api/v1/contexts HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            assertThat(statuses(socket.send(request).readAll())).containsExactly(status);
        }
    }

    @ParameterizedTest(name = "the request after it has no effect: {0}")
    @ValueSource(
            strings = {
                "Host: a\r\nHost: b",
                "X-A: b",
                "Host: a, b",
                "Host: a\r\nExpect: x\r\nExpect: y",
                "Host: a\r\nTransfer-Encoding: gzip, chunked",
                "Host: a\r\nContent-Length: 10000000"
            })
    void requestAfterIgnored(String headers) throws Exception {
        String next = RawHttpClient.post("/api/v1/contexts", "{\"name\":\"hidden\"}");
        String head = "GET /nowhere/../ HTTP/1.1\r\n" + headers + "\r\n\r\n";
        for (List<String> parts : List.of(List.of(head + next), List.of(head, next))) {
            try (RawHttpClient socket = RawHttpClient.connect(server.port)) {
                for (String part : parts) {
                    socket.send(part);
                }
                String answer = socket.readAll();
                assertThat(statuses(answer)).as(answer).hasSizeLessThanOrEqualTo(1);
                assertThat(server.backend.requests()).noneMatch(Create.class::isInstance);
            }
        }
    }

    @Test
    @DisplayName("101 headers are rejected, and the request after them in the same packet has no effect")
    void requestAfterTooManyHeadersIgnored() throws Exception {
        requestAfterIgnored("Host: a" + "\r\nX-A: b".repeat(100));
    }

    @ParameterizedTest(name = "HEAD {0} is answered like GET, without the body")
    @ValueSource(strings = {"/health", "/openapi.yaml"})
    void head(String path) throws Exception {
        try (RawHttpClient socket = RawHttpClient.connect(server.port)) {
            String request = " " + path + " HTTP/1.1\r\nHost: localhost\r\n";
            String answer = socket.send("HEAD" + request + "\r\nGET" + request + "Connection: close\r\n\r\n")
                    .readAll();
            List<Integer> statuses = statuses(answer);
            assertThat(statuses).hasSize(2).containsOnly(statuses.getFirst()).doesNotContain(405);
            int next = answer.indexOf("HTTP/1.1", 1);
            assertThat(answer.substring(0, next)).endsWith("\r\n\r\n").containsIgnoringCase("content-type: ");
        }
    }

    private static List<Integer> statuses(String answer) {
        List<Integer> statuses = new ArrayList<>();
        Matcher matcher = STATUS.matcher(answer);
        while (matcher.find()) {
            statuses.add(Integer.valueOf(matcher.group(1)));
        }
        return statuses;
    }

    private static List<Case> cases() {
        return List.of(
                body(
                        "Content-Length and chunked, with a hidden second request",
                        "Content-Length: 5\r\nTransfer-Encoding: chunked",
                        "0\r\n\r\n" + HIDDEN,
                        400),
                body("an unknown transfer coding", "Transfer-Encoding: xchunked", HIDDEN, 400),
                body("chunked and then identity", "Transfer-Encoding: chunked, identity", "0\r\n\r\n" + HIDDEN, 400),
                body("two lengths", "Content-Length: 3\r\nContent-Length: 4", "{}  " + HIDDEN, 400),
                body("the same length twice", "Content-Length: 2\r\nContent-Length: 2", "{}" + HIDDEN, 400),
                body("a list of lengths", "Content-Length: 3, 3", "{} " + HIDDEN, 400),
                body("a length with a sign", "Content-Length: +2", "{}" + HIDDEN, 400),
                body("a negative length", "Content-Length: -1", HIDDEN, 400),
                body("a hexadecimal length", "Content-Length: 0x3", "{} " + HIDDEN, 400),
                body("a space before the colon of a transfer coding", "Transfer-Encoding : chunked", "0\r\n\r\n", 400),
                body("a vertical tab in a transfer coding", "Transfer-Encoding: \u000bchunked", "0\r\n\r\n", 400),
                body(
                        "an open quote in a chunk extension",
                        "Transfer-Encoding: chunked",
                        "2;a=\"\r\n{}\r\n0\r\n\r\n" + HIDDEN,
                        400,
                        0),
                body(
                        "a line feed in a chunk extension",
                        "Transfer-Encoding: chunked",
                        "2;a=\nb\r\n{}\r\n0\r\n\r\n" + HIDDEN,
                        400,
                        0),
                body(
                        "a chunk without its line end",
                        "Transfer-Encoding: chunked",
                        "2\r\n{}XX0\r\n\r\n" + HIDDEN,
                        400,
                        0),
                body(
                        "a chunk with an invalid size",
                        "Transfer-Encoding: chunked",
                        "zz\r\n{}\r\n0\r\n\r\n" + HIDDEN,
                        400,
                        0),
                get("two hosts", "/health", "Host: localhost\r\nHost: evil.example", 400),
                get("no host", "/health", "X-A: b", 400),
                get("a list of hosts", "/health", "Host: a, b", 400),
                get("a host with a path", "/health", "Host: b/../", 400),
                get("an empty host", "/health", "Host: ", 400),
                get("a header without a name", "/health", "Host: localhost\r\n: c", 400),
                get("a header whose name has a quote", "/health", "Host: localhost\r\nX\"A: c", 400),
                get("a transfer coding on a request without a body", "/health", "Host: a\r\nTransfer-Encoding: x", 400),
                body(
                        "gzip, then chunked",
                        "Transfer-Encoding: gzip, chunked",
                        "e\r\n{\"name\":\"abc\"}\r\n0\r\n\r\n" + HIDDEN,
                        400),
                body(
                        "identity, then chunked",
                        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
                        "2\r\n{}\r\n0\r\n\r\n" + HIDDEN,
                        400),
                body(
                        "chunked twice",
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                        "2\r\n{}\r\n0\r\n\r\n" + HIDDEN,
                        400),
                body("the transfer coding identity", "Transfer-Encoding: identity", HIDDEN, 400),
                body("a body announced as too large", "Expect: 100-continue\r\nContent-Length: 10000000", "", 413),
                new Case(
                        "chunked in HTTP/1.0",
                        "POST /api/v1/contexts HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + "2\r\n{}\r\n0\r\n\r\n" + HIDDEN,
                        400),
                new Case("a protocol in lower case", "GET /health http/1.1\r\nHost: localhost\r\n\r\n" + HIDDEN, 505),
                get("a NUL in a header", "/health", "Host: localhost\r\nX-A: a\0b", 400),
                get("a lone carriage return in a header", "/health", "Host: localhost\r\nX-A: a\rb", 400),
                get("101 headers", "/health", "Host: localhost" + "\r\nX-A: b".repeat(100), 431),
                get("headers of 9,000 bytes", "/health", "Host: localhost\r\nX-A: " + "b".repeat(9000), 431),
                get("a line of 5,000 bytes", "/health?a=" + "b".repeat(5000), "Host: localhost", 414),
                get("two authorizations", "/health", "Host: localhost\r\nAuthorization: a\r\nAuthorization: b", 400),
                get("two request ids", "/health", "Host: localhost\r\nX-Request-Id: a\r\nX-Request-Id: b", 400),
                get("a parameter twice", "/api/v1/contexts?limit=1&limit=2", "Host: localhost", 400),
                get("a token in the query", "/api/v1/contexts?access_token=x", "Host: localhost", 400),
                get("a query that cannot be decoded", "/api/v1/contexts?a=%zz", "Host: localhost", 400),
                get("a path outside of the root", "/api/v1/contexts/../../../etc/passwd", "Host: localhost", 404),
                get("an escaped path outside of the root", "/api/v1/contexts/%2e%2e%2fetc", "Host: localhost", 404),
                get("a NUL in an id", "/api/v1/contexts/a%00b", "Host: localhost", 404),
                get("an overlong slash in an id", "/api/v1/contexts/a%c0%afb", "Host: localhost", 404),
                get("a path that cannot be decoded", "/api/v1/contexts/%zz", "Host: localhost", 404),
                new Case("an unknown version", "GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n" + HIDDEN, 505, 400),
                new Case("a version without a number", "GET /health HTTP/x\r\nHost: localhost\r\n\r\n" + HIDDEN, 400),
                new Case("no HTTP at all", "\u0016\u0003\u0001\u0002\r\n\r\n", 400, 0),
                new Case("HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 404, 505, 0));
    }

    private static Case body(String name, String headers, String body, Integer... statuses) {
        return new Case(
                name,
                "POST /api/v1/contexts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers
                        + "\r\n\r\n" + body,
                statuses);
    }

    private static Case get(String name, String path, String headers, Integer... statuses) {
        return new Case(name, "GET " + path + " HTTP/1.1\r\n" + headers + "\r\n\r\n" + HIDDEN, statuses);
    }
}

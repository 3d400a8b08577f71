package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.ProviderConfig;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The fault of a provider")
class ProviderFaultTest {

    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

    private final FakeProvider provider = FakeProvider.start();

    @AfterEach
    void close() {
        provider.close();
    }

    private ProviderTestClient client(ProviderWireFormat wire) {
        return new ProviderTestClient(provider.config("fake", wire), InstantSource.fixed(NOW));
    }

    private static Problem problem(Fault fault) {
        return new Problem.ProviderFailed("fake", fault, Optional.empty());
    }

    @ParameterizedTest
    @DisplayName("is classified by status and by the error code of the provider")
    @CsvSource(delimiter = '|', textBlock = """
            OPENAI    | 400 | {"error":{"message":"m","type":"invalid_request_error","code":"context_length_exceeded"}} | TOO_LONG
            OPENAI    | 401 | {"error":{"message":"m","type":"invalid_request_error","code":"invalid_api_key"}}         | AUTH
            OPENAI    | 403 | {"error":{"message":"m","type":"x","code":null}}                                         | AUTH
            OPENAI    | 404 | {"error":{"message":"m","type":"invalid_request_error","code":"model_not_found"}}         | UNKNOWN_MODEL
            OPENAI    | 409 | {}                                                                                       | ERROR
            OPENAI    | 422 | []                                                                                       | REJECTED
            OPENAI    | 429 | {"error":{"message":"m","type":"requests","code":"rate_limit_exceeded"}}                 | RATE_LIMITED
            OPENAI    | 429 | {"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}        | QUOTA
            OPENAI    | 500 | {"error":{"message":"m","type":"server_error","code":null}}                              | ERROR
            OPENAI    | 502 | <html>bad gateway</html>                                                                 | ERROR
            OPENAI    | 503 | {"error":{"message":"m","type":"server_error","code":null}}                              | OVERLOADED
            OPENAI    | 302 | moved                                                                                    | PROTOCOL
            OPENAI    | 204 | ''                                                                                       | PROTOCOL
            ANTHROPIC | 400 | {"type":"error","error":{"type":"invalid_request_error","message":"m"}}                  | REJECTED
            ANTHROPIC | 401 | {"type":"error","error":{"type":"authentication_error","message":"m"}}                   | AUTH
            ANTHROPIC | 402 | {"type":"error","error":{"type":"billing_error","message":"m"}}                          | QUOTA
            ANTHROPIC | 413 | {"type":"error","error":{"type":"request_too_large","message":"m"}}                      | REJECTED
            ANTHROPIC | 429 | {"type":"error","error":{"type":"rate_limit_error","message":"m"}}                       | RATE_LIMITED
            ANTHROPIC | 429 | {"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}} | QUOTA
            ANTHROPIC | 429 | {"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"ramp_limit_exceeded"}}} | RATE_LIMITED
            ANTHROPIC | 500 | {"type":"error","error":{"type":"api_error","message":"m"}}                              | ERROR
            ANTHROPIC | 529 | {"type":"error","error":{"type":"overloaded_error","message":"m"}}                       | OVERLOADED
            OLLAMA    | 404 | {"error":"model 'x' not found"}                                                          | UNKNOWN_MODEL
            OLLAMA    | 500 | {"error":"model runner has unexpectedly stopped"}                                        | ERROR
            """)
    void byStatus(ProviderWireFormat wire, int status, String body, Fault fault) {
        provider.enqueue(ProviderScripts.errorResponse(status, body));
        try (ProviderTestClient client = client(wire)) {
            assertThat(client.rejection()).isEqualTo(problem(fault));
        }
    }

    @ParameterizedTest
    @DisplayName("has the retry delay that the provider requested, in any format")
    @CsvSource(delimiter = '|', textBlock = """
            retry-after: 7                                   | 7000
            retry-after: 0.5                                 | 500
            retry-after-ms: 250                              | 250
            retry-after: Sat, 21 Nov 2026 08:00:05 GMT       | 5000
            retry-after: Sat, 21 Nov 2026 07:00:00 GMT       | 0
            retry-after: 99999999                            | 86400000
            """)
    void retryAfter(String header, long millis) {
        provider.enqueue(ProviderScripts.errorResponse(429, "{}", header));
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.rejection())
                    .isEqualTo(new Problem.ProviderFailed(
                            "fake", Fault.RATE_LIMITED, Optional.of(Duration.ofMillis(millis))));
        }
    }

    @Test
    @DisplayName("measures a date by the provider's clock if the response has a date")
    void providerClock() {
        provider.enqueue(ProviderScripts.errorResponse(
                503, "{}", "date: Sat, 21 Nov 2026 10:00:00 GMT", "retry-after: Sat, 21 Nov 2026 10:00:03 GMT"));
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.rejection().retryDelay()).hasValue(Duration.ofSeconds(3));
        }
    }

    @ParameterizedTest
    @DisplayName("has no retry delay if the requested one is invalid")
    @CsvSource({"soon", "-5", "NaN", "1e9", "''"})
    void invalidRetryAfter(String value) {
        provider.enqueue(ProviderScripts.errorResponse(429, "{}", "retry-after: " + value));
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.RATE_LIMITED));
        }
    }

    @ParameterizedTest
    @DisplayName("inside a stream of status 200 rejects the call before the first token and ends the answer after it")
    @EnumSource
    void inStream(ProviderWireFormat wire) {
        provider.enqueue(ProviderScripts.streamError(wire, "overloaded_error"));
        provider.enqueue(ProviderScripts.streamError(wire, "overloaded_error", "one"));
        Problem expected = problem(wire == ProviderWireFormat.OLLAMA ? Fault.ERROR : Fault.OVERLOADED);
        try (ProviderTestClient client = client(wire)) {
            assertThat(client.rejection()).isEqualTo(expected);
            assertThat(client.answer()).first().isEqualTo(new Delta("one"));
        }
        provider.enqueue(ProviderScripts.streamError(wire, "overloaded_error", "one"));
        try (ProviderTestClient client = client(wire)) {
            assertThat(client.answer())
                    .last()
                    .isInstanceOfSatisfying(
                            Failed.class, failed -> assertThat(failed.problem()).isEqualTo(expected));
        }
    }

    @ParameterizedTest
    @DisplayName("is protocol when the stream is invalid, before the first token and after it")
    @EnumSource
    void invalidStream(ProviderWireFormat wire) throws Exception {
        String invalidStream = wire == ProviderWireFormat.OLLAMA ? "{]\n" : "data: {]\n\n";
        provider.enqueue(
                exchange -> exchange.startStream(wire).write(invalidStream).awaitDisconnect());
        provider.enqueue(exchange -> exchange.startStream(wire)
                .write(wire.token("a") + invalidStream)
                .awaitDisconnect());
        try (ProviderTestClient client = client(wire)) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.PROTOCOL));
            assertThat(client.answer())
                    .last()
                    .isInstanceOfSatisfying(
                            Failed.class, failed -> assertThat(failed.problem()).isEqualTo(problem(Fault.PROTOCOL)));
            for (FakeProviderExchange exchange : provider.exchanges()) {
                exchange.disconnectedAt();
            }
        }
    }

    @ParameterizedTest
    @DisplayName("is protocol when a tool call never gets a name")
    @ValueSource(strings = {"{}", "{\"index\":-1,\"id\":5,\"function\":{\"name\":{},\"arguments\":[]}}"})
    void namelessTool(String call) {
        String chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[" + call + "]}}]}\n\n";
        provider.enqueue(
                exchange -> exchange.startStream(ProviderWireFormat.OPENAI).finish(chunk + "data: [DONE]\n\n"));
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.PROTOCOL));
        }
    }

    @ParameterizedTest
    @DisplayName("is protocol when a line does not end")
    @EnumSource
    void endlessLine(ProviderWireFormat wire) throws Exception {
        provider.enqueue(exchange -> {
            exchange.startStream(wire).write("data: {\"a\":\"");
            while (true) {
                exchange.write("x".repeat(8000));
            }
        });
        try (ProviderTestClient client = client(wire)) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.PROTOCOL));
            provider.nextExchange().disconnectedAt();
        }
    }

    @ParameterizedTest
    @DisplayName("is protocol when a 200 response is a web page, or is compressed, or ends without a single word")
    @CsvSource(delimiter = '|', textBlock = """
            content-type: text/html         | <html>Sign in</html>
            content-encoding: gzip          | data: {"choices":[{"delta":{"content":"x"}}]}
            content-type: text/event-stream | data: [DONE]
            """)
    void notAStream(String header, String body) {
        provider.enqueue(exchange -> exchange.respond(200, body + "\n\n", header));
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.PROTOCOL));
        }
    }

    @Test
    @DisplayName("is protocol when the response is not HTTP")
    void notHttp() {
        provider.enqueue(exchange -> exchange.raw("SSH-2.0-OpenSSH_9.7\r\n\r\n").awaitDisconnect());
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.PROTOCOL));
        }
    }

    @Test
    @DisplayName("is protocol when the response is a redirect, which is not followed")
    void redirect() {
        provider.enqueue(ProviderScripts.errorResponse(307, "", "location: " + provider.url("/v1/elsewhere")));
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.PROTOCOL));
            assertThat(provider.exchanges()).hasSize(1);
        }
    }

    @Test
    @DisplayName("is classified by status when the error body does not end")
    void endlessErrorBody() throws Exception {
        provider.enqueue(exchange -> {
            exchange.raw("HTTP/1.1 401 No\r\ntransfer-encoding: chunked\r\n\r\n");
            while (true) {
                exchange.write("x".repeat(8000));
            }
        });
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.AUTH));
            provider.nextExchange().disconnectedAt();
        }
    }

    @Test
    @DisplayName("is unreachable when no server listens")
    void connectionRefused() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (ProviderTestClient client = new ProviderTestClient(providerAt("http://127.0.0.1:" + port))) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.UNREACHABLE));
        }
    }

    @Test
    @DisplayName("is unreachable when the host name does not exist or the server does not support TLS")
    void noNameNoTls() {
        try (ProviderTestClient client = new ProviderTestClient(providerAt("http://no-such-host.invalid"))) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.UNREACHABLE));
        }
        try (ProviderTestClient client = new ProviderTestClient(providerAt("https://127.0.0.1:" + provider.port()))) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.UNREACHABLE));
        }
    }

    @Test
    @DisplayName("is cut when the connection is closed before any response")
    void closedBeforeHeaders() {
        provider.enqueue(FakeProviderExchange::truncate);
        provider.enqueue(FakeProviderExchange::reset);
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.TRUNCATED));
            assertThat(client.rejection()).isEqualTo(problem(Fault.TRUNCATED));
        }
    }

    @ParameterizedTest
    @DisplayName("after tokens keeps the usage that was reported, and estimates what was not")
    @EnumSource
    void usageOfFailedAnswer(ProviderWireFormat wire) {
        provider.enqueue(ProviderScripts.truncate(wire, "12345678", "9"));
        try (ProviderTestClient client = client(wire)) {
            assertThat(client.answer()).last().isInstanceOfSatisfying(Failed.class, failed -> {
                assertThat(failed.usage().inputTokens())
                        .isEqualTo(wire == ProviderWireFormat.ANTHROPIC ? ProviderWireFormat.INPUT : 2);
                assertThat(failed.usage().outputTokens()).isEqualTo(3);
                assertThat(failed.usage().estimated()).isTrue();
            });
        }
    }

    private ProviderConfig providerAt(String url) {
        return ProviderTestClient.withUrl(provider.config("fake", ProviderWireFormat.OPENAI), URI.create(url));
    }
}

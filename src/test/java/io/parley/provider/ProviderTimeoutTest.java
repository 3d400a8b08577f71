package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The timeout of a provider")
class ProviderTimeoutTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration NORMAL = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final FakeProvider provider = FakeProvider.start();

    @AfterEach
    void close() {
        provider.close();
    }

    private ProviderTestClient client(ProviderWireFormat wire, Timeouts timeouts) {
        return new ProviderTestClient(ProviderTestClient.withLimits(provider.config("fake", wire), timeouts, 1 << 20));
    }

    private static Problem problem(Fault fault) {
        return new Problem.ProviderFailed("fake", fault, Optional.empty());
    }

    private static void assertShort(long since) {
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isBetween(SHORT, SHORT.multipliedBy(15));
    }

    @Test
    @DisplayName("for the connection is reported as unreachable")
    void connect() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<SocketChannel> crowd = fillBacklog(full.getLocalSocketAddress());
            long begin = System.nanoTime();
            try (ProviderTestClient client =
                    new ProviderTestClient(providerAt("http://127.0.0.1:" + full.getLocalPort()))) {
                assertThat(client.rejection()).isEqualTo(problem(Fault.UNREACHABLE));
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SHORT.multipliedBy(15));
            }
            for (SocketChannel each : crowd) {
                each.close();
            }
        }
    }

    @Test
    @DisplayName("for the TLS handshake is reported as unreachable, and the socket is closed")
    void handshake() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ProviderTestClient client =
                        new ProviderTestClient(providerAt("https://127.0.0.1:" + silent.getLocalPort()))) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.UNREACHABLE));
            try (Socket accepted = silent.accept()) {
                accepted.setSoTimeout(5000);
                assertThat(accepted.getInputStream().readAllBytes()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @DisplayName("for the headers is reported as silent")
    @EnumSource
    void headers(ProviderWireFormat wire) throws Exception {
        provider.enqueue(ProviderScripts.noResponse());
        try (ProviderTestClient client = client(wire, new Timeouts(LONG, SHORT, LONG, LONG, LONG))) {
            long begin = System.nanoTime();
            assertThat(client.rejection()).isEqualTo(problem(Fault.NO_RESPONSE));
            assertShort(begin);
            provider.nextExchange().disconnectedAt();
        }
    }

    @Test
    @DisplayName("for the body of an error is reported with the fault of its status")
    void errorBody() {
        provider.enqueue(exchange ->
                exchange.raw("HTTP/1.1 401 No\r\ncontent-length: 5\r\n\r\n{").awaitDisconnect());
        try (ProviderTestClient client =
                client(ProviderWireFormat.OPENAI, new Timeouts(LONG, SHORT, LONG, LONG, LONG))) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.AUTH));
        }
    }

    @ParameterizedTest
    @DisplayName("for the first token is reported as silent, whatever pings and empty tokens arrive")
    @EnumSource
    void firstToken(ProviderWireFormat wire) throws Exception {
        provider.enqueue(exchange -> sendPings(exchange.startStream(wire).write(wire.begin()), wire));
        try (ProviderTestClient client = client(wire, new Timeouts(LONG, LONG, SHORT, LONG, LONG))) {
            assertThat(client.rejection()).isEqualTo(problem(Fault.NO_RESPONSE));
            provider.nextExchange().disconnectedAt();
        }
    }

    @ParameterizedTest
    @DisplayName("for the next token is reported as stalled, whatever pings and empty tokens arrive")
    @EnumSource
    void nextToken(ProviderWireFormat wire) throws Exception {
        provider.enqueue(exchange -> sendPings(exchange.startStream(wire).write(wire.begin() + wire.token("a")), wire));
        try (ProviderTestClient client = client(wire, new Timeouts(LONG, LONG, LONG, SHORT, LONG))) {
            long begin = System.nanoTime();
            assertThat(client.answer())
                    .satisfiesExactly(
                            first -> assertThat(first).isEqualTo(new Delta("a")),
                            last -> assertThat(last)
                                    .isInstanceOfSatisfying(
                                            Failed.class,
                                            failed ->
                                                    assertThat(failed.problem()).isEqualTo(problem(Fault.STALLED))));
            assertShort(begin);
            provider.nextExchange().disconnectedAt();
        }
    }

    @Test
    @DisplayName("for the whole answer is reported as stalled, even while tokens arrive")
    void total() throws Exception {
        provider.enqueue(exchange -> {
            exchange.startStream(ProviderWireFormat.OPENAI);
            while (exchange.delay(Duration.ofMillis(10))) {
                exchange.write(ProviderWireFormat.OPENAI.token("a"));
            }
        });
        try (ProviderTestClient client =
                client(ProviderWireFormat.OPENAI, new Timeouts(LONG, LONG, LONG, LONG, SHORT))) {
            long begin = System.nanoTime();
            assertThat(client.answer())
                    .last()
                    .isInstanceOfSatisfying(
                            Failed.class, failed -> assertThat(failed.problem()).isEqualTo(problem(Fault.STALLED)));
            assertShort(begin);
            provider.nextExchange().disconnectedAt();
        }
    }

    @Test
    @DisplayName("for the next token is not reached by shorter waits, however long they take together")
    void slow() {
        provider.enqueue(ProviderScripts.slow(ProviderWireFormat.OPENAI, NORMAL.dividedBy(3), "a", "b", "c", "d"));
        try (ProviderTestClient client =
                client(ProviderWireFormat.OPENAI, new Timeouts(LONG, LONG, NORMAL, NORMAL, LONG))) {
            assertThat(client.answer()).hasSize(5).last().isInstanceOf(Completed.class);
        }
    }

    @Test
    @DisplayName("for the first token is not reached while the model sends reasoning")
    void reasoning() {
        String thought = "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n";
        provider.enqueue(exchange -> {
            exchange.startStream(ProviderWireFormat.OPENAI);
            for (int each = 0; each < 4; each++) {
                exchange.write(thought).delay(NORMAL.dividedBy(3));
            }
            exchange.write(ProviderWireFormat.OPENAI.answer("done")).end();
        });
        try (ProviderTestClient client =
                client(ProviderWireFormat.OPENAI, new Timeouts(LONG, LONG, NORMAL, NORMAL, LONG))) {
            assertThat(client.answer()).hasSize(6).element(4).isEqualTo(new Delta("done"));
        }
    }

    @Test
    @DisplayName("for the usage or [DONE] after a complete answer is short, whatever pings arrive")
    void afterAnswer() throws Exception {
        String end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
        provider.enqueue(exchange -> exchange.startStream(ProviderWireFormat.OPENAI)
                .write(ProviderWireFormat.OPENAI.token("a") + end)
                .awaitDisconnect());
        try (ProviderTestClient client =
                client(ProviderWireFormat.OPENAI, new Timeouts(LONG, LONG, LONG, LONG, LONG))) {
            assertThat(client.answer()).last().isInstanceOf(Completed.class);
            provider.nextExchange().disconnectedAt();
        }
    }

    private static void sendPings(FakeProviderExchange exchange, ProviderWireFormat wire) throws Exception {
        while (exchange.delay(Duration.ofMillis(20))) {
            exchange.write(wire.ping() + wire.token(""));
        }
    }

    /** Opens connections until the backlog of a server that accepts none is full. */
    private static List<SocketChannel> fillBacklog(SocketAddress server) throws Exception {
        List<SocketChannel> crowd = new ArrayList<>();
        for (int each = 0; each < 4; each++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), ((InetSocketAddress) server).getPort()));
            crowd.add(channel);
        }
        return crowd;
    }

    private ProviderConfig providerAt(String url) {
        ProviderConfig like = provider.config("fake", ProviderWireFormat.OPENAI);
        return new ProviderConfig(
                like.name(),
                like.format(),
                URI.create(url),
                like.apiKey(),
                like.model(),
                like.version(),
                like.maxTokens(),
                like.maxOutputBytes(),
                new Timeouts(SHORT, LONG, LONG, LONG, LONG));
    }
}

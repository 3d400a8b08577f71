package io.parley.provider;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.Event;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A cancelled call")
class ProviderCancelTest {

    /** The limit for most of 200 calls; a single one may be slower on a busy machine. */
    private static final Duration MAX_MEDIAN = Duration.ofMillis(100);

    private static final Duration MAX_SINGLE = Duration.ofSeconds(1);
    private static final Problem CANCELLED = new Problem.Cancelled("user");

    private final FakeProvider provider = FakeProvider.start();

    @AfterEach
    void close() {
        provider.close();
    }

    private ProviderTestClient client(ProviderWireFormat wire) {
        return new ProviderTestClient(provider.config("fake", wire));
    }

    @Test
    @DisplayName("that is still connecting fails at once, and never sends its request")
    void connecting() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ProviderTestClient client = new ProviderTestClient(tls(mute.getLocalPort()))) {
            Future<StreamRef> reply = client.open("call", ProviderTestClient.HELLO);
            try (Socket accepted = mute.accept()) {
                long begin = System.nanoTime();
                ProviderTestClient.await(client.cancel("call"));
                assertThat(ProviderTestClient.rejection(reply)).isEqualTo(CANCELLED);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(MAX_SINGLE);
                accepted.setSoTimeout(5000);
                accepted.getInputStream().readAllBytes(); // ends when the handshake is aborted
            }
        }
    }

    @ParameterizedTest
    @DisplayName("that waits for headers closes the connection at once")
    @EnumSource
    void beforeHeaders(ProviderWireFormat wire) throws Exception {
        provider.enqueue(ProviderScripts.noResponse());
        try (ProviderTestClient client = client(wire)) {
            Future<StreamRef> reply = client.open("call", ProviderTestClient.HELLO);
            FakeProviderExchange exchange = provider.nextExchange();
            assertDisconnected(exchange, client.cancel("call"));
            assertThat(ProviderTestClient.rejection(reply)).isEqualTo(CANCELLED);
        }
    }

    @ParameterizedTest
    @DisplayName("that waits for the first token closes the connection at once")
    @EnumSource
    void beforeFirstToken(ProviderWireFormat wire) throws Exception {
        provider.enqueue(ProviderScripts.stall(wire));
        try (ProviderTestClient client = client(wire)) {
            Future<StreamRef> reply = client.open("call", ProviderTestClient.HELLO);
            FakeProviderExchange exchange = provider.nextExchange();
            assertDisconnected(exchange, client.cancel("call"));
            assertThat(ProviderTestClient.rejection(reply)).isEqualTo(CANCELLED);
        }
    }

    @ParameterizedTest
    @DisplayName("in the middle of an answer closes the connection at once and ends its log with the usage")
    @EnumSource
    void midAnswer(ProviderWireFormat wire) throws Exception {
        provider.enqueue(ProviderScripts.stall(wire, "12345678"));
        try (ProviderTestClient client = client(wire)) {
            StreamRef stream = ProviderTestClient.await(client.open("call", ProviderTestClient.HELLO));
            assertDisconnected(provider.nextExchange(), client.cancel("call"));
            List<Event> events = ProviderTestClient.withoutStart(client.readAll(stream));
            assertThat(events).hasSize(2).first().isEqualTo(new Delta("12345678"));
            assertThat(events).last().isInstanceOfSatisfying(Failed.class, failed -> {
                assertThat(failed.problem()).isEqualTo(CANCELLED);
                assertThat(failed.usage().outputTokens()).isEqualTo(2);
            });
        }
    }

    @Test
    @DisplayName("closes the connection within 100 ms in 99 of 100 cases")
    void twoHundred() throws Exception {
        provider.defaultScript(ProviderScripts.stall(ProviderWireFormat.OPENAI, "a"));
        List<Long> nanos = new ArrayList<>();
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            for (int each = 0; each < 200; each++) {
                StreamRef stream = ProviderTestClient.await(client.open(client.nextId(), ProviderTestClient.HELLO));
                FakeProviderExchange exchange = provider.nextExchange();
                long begin = System.nanoTime();
                client.cancel(stream);
                nanos.add(exchange.disconnectedAt() - begin);
            }
        }
        Collections.sort(nanos);
        assertThat(Duration.ofNanos(nanos.get(197))).isLessThan(MAX_MEDIAN);
    }

    @Test
    @DisplayName("includes a call without a reader for 30 s")
    void withoutReader() throws Exception {
        AtomicLong clock = new AtomicLong();
        Duration never = Duration.ofHours(1);
        ProviderConfig patient = ProviderTestClient.withLimits(
                provider.config("fake", ProviderWireFormat.OPENAI),
                new Timeouts(never, never, never, never, never),
                1000);
        provider.enqueue(ProviderScripts.stall(ProviderWireFormat.OPENAI, "a"));
        try (ProviderTestClient client = new ProviderTestClient(patient, InstantSource.system(), clock::get)) {
            StreamRef stream = ProviderTestClient.await(client.open("call", ProviderTestClient.HELLO));
            FakeProviderExchange exchange = provider.nextExchange();
            long startedAt = System.nanoTime();
            clock.set(Duration.ofSeconds(31).toNanos());
            assertThat(exchange.disconnectedAt()).isGreaterThan(startedAt);
            assertThat(client.endedAttempt().problem()).contains(new Problem.Cancelled("disconnect"));
        }
    }

    @Test
    @DisplayName("that has ended or is unknown changes nothing")
    void afterEnd() {
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            StreamRef stream = ProviderTestClient.await(client.open("call", ProviderTestClient.HELLO));
            client.readAll(stream);
            ProviderTestClient.await(client.cancel("call"));
            ProviderTestClient.await(client.cancel(stream));
            ProviderTestClient.await(client.cancel("call_unknown"));
            assertThat(client.readAll(stream)).hasSize(4).last().isInstanceOf(Completed.class);
            assertThat(client.answer()).hasSize(4);
            assertThat(provider.acceptedConnections()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("does not affect a call that reuses the same connection")
    void reusedConnection() throws Exception {
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            client.answer();
            provider.enqueue(ProviderScripts.slow(ProviderWireFormat.OPENAI, Duration.ofMillis(50), "a", "b", "c"));
            StreamRef second = ProviderTestClient.await(client.open("second", ProviderTestClient.HELLO));
            ProviderTestClient.await(client.cancel("call_1"));
            assertThat(client.readAll(second)).hasSize(4).last().isInstanceOf(Completed.class);
            assertThat(provider.acceptedConnections()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("includes every open call when the provider verticle is undeployed")
    void undeployed() throws Exception {
        provider.enqueue(ProviderScripts.stall(ProviderWireFormat.OPENAI, "a"));
        FakeProviderExchange exchange;
        long undeployed;
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            ProviderTestClient.await(client.open("call", ProviderTestClient.HELLO));
            exchange = provider.nextExchange();
            undeployed = System.nanoTime();
        }
        assertThat(exchange.disconnectedAt()).isGreaterThan(undeployed);
        eventually(() -> assertThat(provider.openConnections()).isZero());
    }

    private static void assertDisconnected(FakeProviderExchange exchange, Future<?> cancelled)
            throws InterruptedException {
        long begin = System.nanoTime();
        assertThat(Duration.ofNanos(exchange.disconnectedAt() - begin)).isLessThan(MAX_SINGLE);
        ProviderTestClient.await(cancelled);
    }

    private ProviderConfig tls(int port) {
        ProviderConfig like = provider.config("fake", ProviderWireFormat.OPENAI);
        return new ProviderConfig(
                like.name(),
                like.format(),
                URI.create("https://127.0.0.1:" + port),
                like.apiKey(),
                like.model(),
                like.version(),
                like.maxTokens(),
                like.maxOutputBytes(),
                like.timeouts());
    }
}

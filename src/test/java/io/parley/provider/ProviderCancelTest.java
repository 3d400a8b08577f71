package io.parley.provider;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.VendorConfig;
import io.parley.config.VendorConfig.Timeouts;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.Event;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Opened;
import io.parley.testing.Exchange;
import io.parley.testing.FakeVendor;
import io.parley.testing.Scripts;
import io.parley.testing.Wire;
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
    private static final Duration AT_ONCE = Duration.ofMillis(100);

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Problem CANCELLED = new Problem.Cancelled("user");

    private final FakeVendor vendor = FakeVendor.start();

    @AfterEach
    void close() {
        vendor.close();
    }

    private Caller caller(Wire wire) {
        return new Caller(vendor.config("fake", wire));
    }

    @Test
    @DisplayName("that is still connecting fails at once, and never sends its request")
    void connecting() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Caller caller = new Caller(tls(mute.getLocalPort()))) {
            Future<Opened> asked = caller.open("call", Caller.HELLO);
            try (Socket accepted = mute.accept()) {
                long begin = System.nanoTime();
                Caller.await(caller.cancel("call"));
                assertThat(Caller.refusal(asked)).isEqualTo(CANCELLED);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
                accepted.setSoTimeout(5000);
                accepted.getInputStream().readAllBytes(); // ends when the handshake is aborted
            }
        }
    }

    @ParameterizedTest
    @DisplayName("that waits for headers closes the connection at once")
    @EnumSource
    void beforeHeaders(Wire wire) throws Exception {
        vendor.then(Scripts.silence());
        try (Caller caller = caller(wire)) {
            Future<Opened> asked = caller.open("call", Caller.HELLO);
            Exchange exchange = vendor.take();
            assertGone(exchange, caller.cancel("call"));
            assertThat(Caller.refusal(asked)).isEqualTo(CANCELLED);
        }
    }

    @ParameterizedTest
    @DisplayName("that waits for the first token closes the connection at once")
    @EnumSource
    void beforeFirstToken(Wire wire) throws Exception {
        vendor.then(Scripts.stall(wire));
        try (Caller caller = caller(wire)) {
            Future<Opened> asked = caller.open("call", Caller.HELLO);
            Exchange exchange = vendor.take();
            assertGone(exchange, caller.cancel("call"));
            assertThat(Caller.refusal(asked)).isEqualTo(CANCELLED);
        }
    }

    @ParameterizedTest
    @DisplayName("in mid-answer closes the connection at once and ends its log with the usage")
    @EnumSource
    void midAnswer(Wire wire) throws Exception {
        vendor.then(Scripts.stall(wire, "12345678"));
        try (Caller caller = caller(wire)) {
            Opened stream = Caller.await(caller.open("call", Caller.HELLO));
            assertGone(vendor.take(), caller.cancel("call"));
            List<Event> events = caller.rest(stream);
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
        vendor.otherwise(Scripts.stall(Wire.OPENAI, "a"));
        List<Long> nanos = new ArrayList<>();
        try (Caller caller = caller(Wire.OPENAI)) {
            for (int each = 0; each < 200; each++) {
                Opened stream = Caller.await(caller.open(caller.nextId(), Caller.HELLO));
                Exchange exchange = vendor.take();
                long begin = System.nanoTime();
                caller.cancel(stream);
                nanos.add(exchange.goneAt() - begin);
            }
        }
        Collections.sort(nanos);
        assertThat(Duration.ofNanos(nanos.get(197))).isLessThan(AT_ONCE);
    }

    @Test
    @DisplayName("includes a call without a reader for 30 s")
    void abandoned() throws Exception {
        AtomicLong clock = new AtomicLong();
        Duration never = Duration.ofHours(1);
        VendorConfig patient = Caller.limits(
                vendor.config("fake", Wire.OPENAI), new Timeouts(never, never, never, never, never), 1000);
        vendor.then(Scripts.stall(Wire.OPENAI, "a"));
        try (Caller caller = new Caller(patient, InstantSource.system(), clock::get)) {
            Opened stream = Caller.await(caller.open("call", Caller.HELLO));
            Exchange exchange = vendor.take();
            long abandoned = System.nanoTime();
            clock.set(Duration.ofSeconds(31).toNanos());
            assertThat(exchange.goneAt()).isGreaterThan(abandoned);
            assertThat(caller.ended().problem()).contains(new Problem.Cancelled("disconnect"));
        }
    }

    @Test
    @DisplayName("that has ended or is unknown changes nothing")
    void tooLate() {
        try (Caller caller = caller(Wire.OPENAI)) {
            Opened stream = Caller.await(caller.open("call", Caller.HELLO));
            caller.rest(stream);
            Caller.await(caller.cancel("call"));
            Caller.await(caller.cancel(stream));
            Caller.await(caller.cancel("nobody"));
            assertThat(caller.rest(stream)).hasSize(4).last().isInstanceOf(Completed.class);
            assertThat(caller.answer()).hasSize(4);
            assertThat(vendor.accepted()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("does not affect a call that reuses the same connection")
    void neighbour() throws Exception {
        try (Caller caller = caller(Wire.OPENAI)) {
            caller.answer();
            vendor.then(Scripts.slow(Wire.OPENAI, Duration.ofMillis(50), "a", "b", "c"));
            Opened second = Caller.await(caller.open("second", Caller.HELLO));
            Caller.await(caller.cancel("call_1"));
            assertThat(caller.rest(second)).hasSize(4).last().isInstanceOf(Completed.class);
            assertThat(vendor.accepted()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("includes every open call when the provider verticle is undeployed")
    void undeployed() throws Exception {
        vendor.then(Scripts.stall(Wire.OPENAI, "a"));
        Exchange exchange;
        long undeployed;
        try (Caller caller = caller(Wire.OPENAI)) {
            Caller.await(caller.open("call", Caller.HELLO));
            exchange = vendor.take();
            undeployed = System.nanoTime();
        }
        assertThat(exchange.goneAt()).isGreaterThan(undeployed);
        eventually(() -> assertThat(vendor.open()).isZero());
    }

    private static void assertGone(Exchange exchange, Future<?> cancelled) throws InterruptedException {
        long begin = System.nanoTime();
        assertThat(Duration.ofNanos(exchange.goneAt() - begin)).isLessThan(SOON);
        Caller.await(cancelled);
    }

    private VendorConfig tls(int port) {
        VendorConfig like = vendor.config("fake", Wire.OPENAI);
        return new VendorConfig(
                like.name(),
                like.format(),
                URI.create("https://127.0.0.1:" + port),
                like.apiKey(),
                like.model(),
                like.version(),
                like.maxTokens(),
                like.maxOutput(),
                like.timeouts());
    }
}

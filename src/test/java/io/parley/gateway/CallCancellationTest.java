package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig.Limits;
import io.parley.config.GatewayConfig.Queue;
import io.parley.config.GatewayConfig.Retry;
import io.parley.contract.AnswerEvent;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Gateway capacity under cancellation and load")
class CallCancellationTest {

    private static final Problem CANCELLED = new Problem.Cancelled("user");

    private final GatewayHarness harness = new GatewayHarness();

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    @DisplayName("a request that is cancelled in the queue takes no slot")
    void queued() throws Exception {
        FakeProvider a = harness.provider("a");
        a.enqueue(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        harness.limits = oneAtATime();
        harness.start();
        AnswerHandle running = harness.answer(ModelSelection.DEFAULT);
        Open open = harness.openRequest(ModelSelection.DEFAULT);
        Future<AnswerHandle> waiting = harness.request(open);
        harness.awaitStatus("a", provider -> provider.queued() == 1);
        harness.cancel(open.callId());
        assertThat(GatewayHarness.rejection(waiting)).isEqualTo(CANCELLED);
        harness.awaitStatus("a", provider -> provider.queued() == 0);
        harness.cancelStream(running);
        assertThat(harness.text(harness.answer(ModelSelection.DEFAULT))).isEqualTo("Hello, world");
        assertThat(a.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("a call cancelled before its first token releases its slot and closes the provider connection at once")
    void beforeFirstToken() throws Exception {
        FakeProvider a = harness.provider("a", GatewayHarness.LONG_TIMEOUTS);
        a.enqueue(ProviderScripts.noResponse());
        harness.limits = oneAtATime();
        harness.start();
        Open open = harness.openRequest(ModelSelection.DEFAULT);
        Future<AnswerHandle> replies = harness.request(open);
        FakeProviderExchange exchange = a.nextExchange();
        long cancelled = System.nanoTime();
        harness.cancel(open.callId());
        assertThat(GatewayHarness.rejection(replies)).isEqualTo(CANCELLED);
        assertThat(Duration.ofNanos(exchange.disconnectedAt() - cancelled)).isLessThan(Duration.ofMillis(250));
        harness.awaitStatus("a", provider -> provider.inFlight() == 0);
        assertThat(a.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("a call cancelled while it waits for a retry releases its slot")
    void pausing() throws Exception {
        FakeProvider a = harness.provider("a");
        a.defaultScript(ProviderScripts.errorResponse(429, "{}", "retry-after: 20"));
        harness.retry = Retry.DEFAULT;
        harness.start();
        Open open = harness.openRequest(ModelSelection.DEFAULT);
        Future<AnswerHandle> replies = harness.request(open);
        harness.endedAttempt();
        harness.cancel(open.callId());
        assertThat(GatewayHarness.rejection(replies)).isEqualTo(CANCELLED);
        assertThat(a.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("an answer cancelled midway by its own id or by the call id releases its slot")
    void midAnswer() throws Exception {
        FakeProvider a = harness.provider("a");
        a.defaultScript(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        harness.limits = oneAtATime();
        harness.start();
        Open open = harness.openRequest(ModelSelection.DEFAULT);
        AnswerHandle answering = GatewayHarness.await(harness.request(open));
        harness.cancel(open.callId());
        a.nextExchange().disconnectedAt();
        assertThat(harness.readAll(answering))
                .last()
                .isInstanceOfSatisfying(
                        AnswerEvent.Failed.class,
                        failed -> assertThat(failed.problem()).isInstanceOf(Problem.Cancelled.class));
        harness.cancelStream(harness.answer(ModelSelection.DEFAULT));
        a.nextExchange().disconnectedAt();
        harness.awaitStatus("a", provider -> provider.inFlight() == 0);
    }

    @Test
    @DisplayName("a provider that accepts the request and never answers releases its slot at the timeout")
    void silent() throws Exception {
        FakeProvider a = harness.provider("a");
        a.enqueue(ProviderScripts.noResponse());
        harness.limits = oneAtATime();
        harness.start();
        Future<AnswerHandle> silent = harness.request(ModelSelection.DEFAULT);
        a.nextExchange();
        Future<AnswerHandle> waiting = harness.request(ModelSelection.DEFAULT);
        assertThat(GatewayHarness.rejection(silent).status()).isEqualTo(504);
        assertThat(harness.text(GatewayHarness.await(waiting))).isEqualTo("Hello, world");
    }

    @Test
    @DisplayName("a failed connection releases its slot")
    void unreachable() throws Exception {
        harness.provider("a").close();
        harness.limits = oneAtATime();
        harness.start();
        for (int call = 0; call < 3; call++) {
            assertThat(harness.rejection(ModelSelection.DEFAULT).status()).isEqualTo(502);
        }
        assertThat(harness.state("a").inFlight()).isZero();
    }

    @Test
    @DisplayName("two hundred concurrent requests never exceed the limit, and all of them complete")
    void limit() throws Exception {
        FakeProvider a = harness.provider("a", GatewayHarness.LONG_TIMEOUTS);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger maxOpen = new AtomicInteger();
        a.defaultScript(exchange -> {
            maxOpen.accumulateAndGet(now.incrementAndGet(), Math::max);
            exchange.startStream(ProviderWireFormat.OPENAI)
                    .write(ProviderWireFormat.OPENAI.begin() + ProviderWireFormat.OPENAI.token("x"));
            exchange.delay(Duration.ofMillis(10));
            now.decrementAndGet();
            exchange.write(ProviderWireFormat.OPENAI.finish(ProviderWireFormat.OPENAI.stop(), 1, 1)
                            + ProviderWireFormat.OPENAI.end())
                    .end();
        });
        harness.limits = new Limits(OptionalInt.empty(), OptionalInt.empty(), 20);
        harness.start();
        List<Future<AnswerHandle>> replies = new ArrayList<>();
        for (int request = 0; request < 200; request++) {
            replies.add(harness.request(ModelSelection.DEFAULT));
        }
        for (Future<AnswerHandle> each : replies) {
            assertThat(harness.text(GatewayHarness.await(each))).isEqualTo("x");
        }
        assertThat(maxOpen.get()).isBetween(2, 20);
        assertThat(a.exchanges()).hasSize(200);
        harness.awaitStatus("a", provider -> provider.inFlight() == 0);
    }

    @Test
    @DisplayName("queued requests are admitted by priority")
    void priority() throws Exception {
        FakeProvider a = harness.provider("a", GatewayHarness.LONG_TIMEOUTS);
        CountDownLatch begin = new CountDownLatch(1);
        a.enqueue(exchange -> {
            begin.await(5, TimeUnit.SECONDS);
            ProviderScripts.answer(ProviderWireFormat.OPENAI, "first").play(exchange);
        });
        harness.limits = oneAtATime();
        harness.start();
        List<Future<?>> all = new ArrayList<>();
        List<Priority> served = Collections.synchronizedList(new ArrayList<>());
        all.add(harness.request(ModelSelection.DEFAULT));
        a.nextExchange();
        for (Priority priority : List.of(Priority.BATCH, Priority.NORMAL, Priority.INTERACTIVE)) {
            for (int each = 0; each < 10; each++) {
                all.add(harness.request(new Open(
                                harness.nextId(),
                                GatewayHarness.requestContext("ann"),
                                ModelSelection.DEFAULT,
                                GatewayHarness.HELLO,
                                CallOptions.of(priority, CachePolicy.DEFAULT)))
                        .onSuccess(_ -> served.add(priority)));
            }
        }
        harness.awaitStatus("a", provider -> provider.queued() == 30);
        begin.countDown();
        GatewayHarness.await(Future.all(all));
        List<Priority> expected = new ArrayList<>();
        for (Priority priority : Priority.values()) {
            expected.addAll(Collections.nCopies(10, priority));
        }
        assertThat(served).isEqualTo(expected);
    }

    @Test
    @DisplayName("a request is rejected with a retry delay when the queue is full or its max wait is over")
    void full() throws Exception {
        FakeProvider a = harness.provider("a", GatewayHarness.LONG_TIMEOUTS);
        a.defaultScript(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        harness.limits = oneAtATime();
        harness.queue = new Queue(1, Duration.ofMillis(500));
        harness.start();
        harness.answer(ModelSelection.DEFAULT);
        Future<AnswerHandle> waiting = harness.request(ModelSelection.DEFAULT);
        Problem full = harness.rejection(ModelSelection.DEFAULT);
        assertThat(full.status()).isEqualTo(429);
        assertThat(full.retryDelay()).isPresent();
        assertThat(waiting.isComplete()).isFalse();
        assertThat(GatewayHarness.rejection(waiting).status()).isEqualTo(429);
        assertThat(a.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("a request overflows to another candidate when the first has no free slot")
    void overflow() throws Exception {
        harness.provider("a").defaultScript(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        harness.provider("b").defaultScript(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        harness.limits = oneAtATime();
        harness.start();
        assertThat(harness.answer(ModelSelection.DEFAULT).provider()).isEqualTo("a");
        assertThat(harness.answer(ModelSelection.DEFAULT).provider()).isEqualTo("b");
    }

    private static Limits oneAtATime() {
        return new Limits(OptionalInt.empty(), OptionalInt.empty(), 1);
    }
}

package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig.Limits;
import io.parley.config.GatewayConfig.Queue;
import io.parley.config.GatewayConfig.Retry;
import io.parley.contract.AnswerEvent;
import io.parley.contract.ModelSelection;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.Problem;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.FakeProvider;
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

@DisplayName("Room at the gateway")
class CallCancellationTest {

    private static final Problem CANCELLED = new Problem.Cancelled("user");

    private final GatewayHarness house = new GatewayHarness();

    @AfterEach
    void close() throws Exception {
        house.close();
    }

    @Test
    @DisplayName("is not taken by a request that is cancelled in the queue")
    void queued() throws Exception {
        FakeProvider a = house.vendor("a");
        a.then(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        house.limits = one();
        house.open();
        AnswerHandle running = house.answer(ModelSelection.ANY);
        Open open = house.question(ModelSelection.ANY);
        Future<AnswerHandle> waiting = house.ask(open);
        house.until("a", provider -> provider.waiting() == 1);
        house.cancel(open.callId());
        assertThat(GatewayHarness.refusal(waiting)).isEqualTo(CANCELLED);
        house.until("a", provider -> provider.waiting() == 0);
        house.leave(running);
        assertThat(house.text(house.answer(ModelSelection.ANY))).isEqualTo("Hello, world");
        assertThat(a.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("is given back by a call that is cancelled before its first token, and the vendor is let go at once")
    void beforeFirstToken() throws Exception {
        FakeProvider a = house.vendor("a", GatewayHarness.PATIENT);
        a.then(ProviderScripts.silence());
        house.limits = one();
        house.open();
        Open open = house.question(ModelSelection.ANY);
        Future<AnswerHandle> asked = house.ask(open);
        FakeProviderExchange exchange = a.take();
        long cancelled = System.nanoTime();
        house.cancel(open.callId());
        assertThat(GatewayHarness.refusal(asked)).isEqualTo(CANCELLED);
        assertThat(Duration.ofNanos(exchange.goneAt() - cancelled)).isLessThan(Duration.ofMillis(250));
        house.until("a", provider -> provider.running() == 0);
        assertThat(a.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("is given back by a call that is cancelled while it pauses before the next attempt")
    void pausing() throws Exception {
        FakeProvider a = house.vendor("a");
        a.otherwise(ProviderScripts.problem(429, "{}", "retry-after: 20"));
        house.retry = Retry.USUAL;
        house.open();
        Open open = house.question(ModelSelection.ANY);
        Future<AnswerHandle> asked = house.ask(open);
        house.ended();
        house.cancel(open.callId());
        assertThat(GatewayHarness.refusal(asked)).isEqualTo(CANCELLED);
        assertThat(a.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("is given back in mid-answer, whether the answer is cancelled by its own id or by the call's")
    void midAnswer() throws Exception {
        FakeProvider a = house.vendor("a");
        a.otherwise(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        house.limits = one();
        house.open();
        Open open = house.question(ModelSelection.ANY);
        AnswerHandle answering = GatewayHarness.now(house.ask(open));
        house.cancel(open.callId());
        a.take().goneAt();
        assertThat(house.rest(answering))
                .last()
                .isInstanceOfSatisfying(
                        AnswerEvent.Failed.class,
                        failed -> assertThat(failed.problem()).isInstanceOf(Problem.Cancelled.class));
        house.leave(house.answer(ModelSelection.ANY));
        a.take().goneAt();
        house.until("a", provider -> provider.running() == 0);
    }

    @Test
    @DisplayName("is given back by a vendor that accepts and never answers")
    void silent() throws Exception {
        FakeProvider a = house.vendor("a");
        a.then(ProviderScripts.silence());
        house.limits = one();
        house.open();
        Future<AnswerHandle> silent = house.ask(ModelSelection.ANY);
        a.take();
        Future<AnswerHandle> waiting = house.ask(ModelSelection.ANY);
        assertThat(GatewayHarness.refusal(silent).status()).isEqualTo(504);
        assertThat(house.text(GatewayHarness.now(waiting))).isEqualTo("Hello, world");
    }

    @Test
    @DisplayName("is given back when nothing can be connected")
    void unreachable() throws Exception {
        house.vendor("a").close();
        house.limits = one();
        house.open();
        for (int call = 0; call < 3; call++) {
            assertThat(house.refusal(ModelSelection.ANY).status()).isEqualTo(502);
        }
        assertThat(house.state("a").running()).isZero();
    }

    @Test
    @DisplayName("is never more than the limit for two hundred at one time, and all of them are answered")
    void limit() throws Exception {
        FakeProvider a = house.vendor("a", GatewayHarness.PATIENT);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        a.otherwise(exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            exchange.stream(ProviderWireFormat.OPENAI).write(ProviderWireFormat.OPENAI.begin() + ProviderWireFormat.OPENAI.token("x"));
            exchange.pause(Duration.ofMillis(10));
            now.decrementAndGet();
            exchange.write(ProviderWireFormat.OPENAI.finish(ProviderWireFormat.OPENAI.stop(), 1, 1) + ProviderWireFormat.OPENAI.end())
                    .end();
        });
        house.limits = new Limits(OptionalInt.empty(), OptionalInt.empty(), 20);
        house.open();
        List<Future<AnswerHandle>> asked = new ArrayList<>();
        for (int request = 0; request < 200; request++) {
            asked.add(house.ask(ModelSelection.ANY));
        }
        for (Future<AnswerHandle> each : asked) {
            assertThat(house.text(GatewayHarness.now(each))).isEqualTo("x");
        }
        assertThat(most.get()).isBetween(2, 20);
        assertThat(a.exchanges()).hasSize(200);
        house.until("a", provider -> provider.running() == 0);
    }

    @Test
    @DisplayName("is given by priority under load")
    void priority() throws Exception {
        FakeProvider a = house.vendor("a", GatewayHarness.PATIENT);
        CountDownLatch begin = new CountDownLatch(1);
        a.then(exchange -> {
            begin.await(5, TimeUnit.SECONDS);
            ProviderScripts.answer(ProviderWireFormat.OPENAI, "first").play(exchange);
        });
        house.limits = one();
        house.open();
        List<Future<?>> all = new ArrayList<>();
        List<Priority> served = Collections.synchronizedList(new ArrayList<>());
        all.add(house.ask(ModelSelection.ANY));
        a.take();
        for (Priority priority : List.of(Priority.BATCH, Priority.NORMAL, Priority.INTERACTIVE)) {
            for (int each = 0; each < 10; each++) {
                all.add(house.ask(new Open(
                                house.nextId(),
                                GatewayHarness.origin("ann"),
                                ModelSelection.ANY,
                                GatewayHarness.HELLO,
                                CallOptions.of(priority, CachePolicy.USUAL)))
                        .onSuccess(_ -> served.add(priority)));
            }
        }
        house.until("a", provider -> provider.waiting() == 30);
        begin.countDown();
        GatewayHarness.now(Future.all(all));
        List<Priority> expected = new ArrayList<>();
        for (Priority priority : Priority.values()) {
            expected.addAll(Collections.nCopies(10, priority));
        }
        assertThat(served).isEqualTo(expected);
    }

    @Test
    @DisplayName("is refused with a time to wait when too many wait for it, or too long")
    void full() throws Exception {
        FakeProvider a = house.vendor("a", GatewayHarness.PATIENT);
        a.otherwise(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        house.limits = one();
        house.queue = new Queue(1, Duration.ofMillis(500));
        house.open();
        house.answer(ModelSelection.ANY);
        Future<AnswerHandle> waiting = house.ask(ModelSelection.ANY);
        Problem full = house.refusal(ModelSelection.ANY);
        assertThat(full.status()).isEqualTo(429);
        assertThat(full.retryAfter()).isPresent();
        assertThat(waiting.isComplete()).isFalse();
        assertThat(GatewayHarness.refusal(waiting).status()).isEqualTo(429);
        assertThat(a.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("at another target that is meant as well is taken when the first has none")
    void overflow() throws Exception {
        house.vendor("a").otherwise(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        house.vendor("b").otherwise(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        house.limits = one();
        house.open();
        assertThat(house.answer(ModelSelection.ANY).provider()).isEqualTo("a");
        assertThat(house.answer(ModelSelection.ANY).provider()).isEqualTo("b");
    }

    private static Limits one() {
        return new Limits(OptionalInt.empty(), OptionalInt.empty(), 1);
    }
}

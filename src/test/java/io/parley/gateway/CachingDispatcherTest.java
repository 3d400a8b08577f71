package io.parley.gateway;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig.Cache;
import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.ModelSelection;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.Stats;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The same question")
class CachingDispatcherTest {

    private static final OptionalDouble COLD = OptionalDouble.of(0);

    private final GatewayHarness house = new GatewayHarness();
    private FakeProvider vendor;

    @BeforeEach
    void vendor() {
        vendor = house.vendor("a", GatewayHarness.PATIENT);
    }

    @AfterEach
    void close() throws Exception {
        house.close();
    }

    @Test
    @DisplayName("gets the same answer without another call, and at no cost")
    void again() throws Exception {
        house.open();
        AnswerHandle first = GatewayHarness.now(ask("ann", "hi", COLD));
        String text = house.text(first);
        kept("ann", "hi");
        AnswerHandle second = GatewayHarness.now(ask("ann", "hi", COLD));
        assertThat(second.cached()).isTrue();
        assertThat(second.calls()).isZero();
        assertThat(second.model()).isEqualTo(first.model());
        List<Event> events = house.rest(second);
        assertThat(GatewayHarness.text(events)).isEqualTo(text);
        assertThat(events).last().isInstanceOfSatisfying(Completed.class, end -> {
            assertThat(end.usage().inputTokens()).isEqualTo(ProviderWireFormat.INPUT);
            assertThat(end.usage().costMicros()).hasValue(0);
        });
        assertThat(vendor.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("is counted, and so is one that could not be the same")
    void counted() throws Exception {
        house.open();
        house.text(GatewayHarness.now(ask("ann", "hi", COLD)));
        kept("ann", "hi");
        Stats before = counts();
        house.text(GatewayHarness.now(ask("ann", "hi", COLD)));
        house.text(GatewayHarness.now(ask("ann", "hi", OptionalDouble.of(0.7))));
        house.text(GatewayHarness.now(ask("bob", "hi", COLD)));
        assertThat(counts().kept() - before.kept()).isEqualTo(1);
        assertThat(counts().missed() - before.missed()).isEqualTo(1);
    }

    private Stats counts() throws Exception {
        return GatewayHarness.now(house.bus.ask(Addresses.GATEWAY_COUNT, new GatewayMessage.GetStats()));
    }

    @Test
    @DisplayName("of somebody else, or another question, gets another answer")
    void others() throws Exception {
        house.open();
        house.text(GatewayHarness.now(ask("ann", "hi", COLD)));
        kept("ann", "hi");
        assertThat(GatewayHarness.now(ask("bob", "hi", COLD)).cached()).isFalse();
        assertThat(GatewayHarness.now(ask("ann", "ho", COLD)).cached()).isFalse();
        assertThat(GatewayHarness.now(ask("ann", "hi", OptionalDouble.of(0.7))).cached()).isFalse();
    }

    @Test
    @DisplayName("is asked anew when the client wants that, when chance is wanted, and when nothing is kept")
    void anew() throws Exception {
        house.open();
        house.text(GatewayHarness.now(ask("ann", "hi", COLD)));
        kept("ann", "hi");
        assertThat(GatewayHarness.now(ask("ann", "hi", COLD, CachePolicy.NEVER)).cached()).isFalse();
        for (int each = 0; each < 2; each++) {
            AnswerHandle warm = GatewayHarness.now(ask("ann", "hi", OptionalDouble.of(0.7)));
            house.text(warm);
            assertThat(warm.cached()).isFalse();
            AnswerHandle unsaid = GatewayHarness.now(ask("ann", "hi", OptionalDouble.empty()));
            house.text(unsaid);
            assertThat(unsaid.cached()).isFalse();
        }
    }

    @Test
    @DisplayName("gets the same answer at every temperature, and at none, when the client wants that")
    void wanted() throws Exception {
        house.open();
        for (OptionalDouble temperature : List.of(OptionalDouble.empty(), OptionalDouble.of(0.7))) {
            AnswerHandle first = GatewayHarness.now(ask("ann", "hi", temperature, CachePolicy.WANTED));
            assertThat(first.cached()).isFalse();
            house.text(first);
            assertThat(GatewayHarness.now(ask("ann", "hi", temperature, CachePolicy.WANTED)).cached())
                    .isTrue();
        }
    }

    @Test
    @DisplayName("is asked anew when the answer was not whole")
    void incomplete() throws Exception {
        vendor.then(ProviderScripts.cut(ProviderWireFormat.OPENAI, "half"));
        house.open();
        assertThat(house.rest(GatewayHarness.now(ask("ann", "hi", COLD)))).last().isInstanceOf(Failed.class);
        assertThat(house.text(GatewayHarness.now(ask("ann", "hi", COLD)))).isEqualTo("Hello, world");
        assertThat(vendor.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("is asked anew when the answer is old")
    void old() throws Exception {
        house.cache = new Cache(1 << 20, Duration.ofMinutes(1), 0);
        house.open();
        house.text(GatewayHarness.now(ask("ann", "hi", COLD)));
        kept("ann", "hi");
        house.clock.advance(Duration.ofSeconds(61));
        assertThat(GatewayHarness.now(ask("ann", "hi", COLD)).calls()).isEqualTo(1);
    }

    @Test
    @DisplayName("is asked anew when there is no room to keep any answer")
    void noRoom() throws Exception {
        house.cache = new Cache(0, Duration.ofMinutes(1), 0);
        house.open();
        for (int each = 0; each < 2; each++) {
            assertThat(house.text(GatewayHarness.now(ask("ann", "hi", COLD)))).isEqualTo("Hello, world");
        }
        assertThat(vendor.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("of a thousand at one time makes one call, and all of them hear the same")
    void thousand() throws Exception {
        CountDownLatch all = new CountDownLatch(1);
        vendor.then(exchange -> {
            exchange.stream(ProviderWireFormat.OPENAI).write(ProviderWireFormat.OPENAI.begin() + ProviderWireFormat.OPENAI.token("one "));
            all.await(10, TimeUnit.SECONDS);
            exchange.write(ProviderWireFormat.OPENAI.token("for ") + ProviderWireFormat.OPENAI.token("all"))
                    .write(ProviderWireFormat.OPENAI.finish(ProviderWireFormat.OPENAI.stop(), 3, 3) + ProviderWireFormat.OPENAI.end())
                    .end();
        });
        house.open();
        List<Future<AnswerHandle>> asked = new ArrayList<>();
        for (int reader = 0; reader < 1000; reader++) {
            asked.add(ask("ann", "hi", COLD));
        }
        List<AnswerHandle> answers = new ArrayList<>();
        List<Future<Batch>> firsts = new ArrayList<>();
        for (Future<AnswerHandle> each : asked) {
            AnswerHandle answer = GatewayHarness.now(each);
            answers.add(answer);
            firsts.add(house.follow(answer, Cursor.START));
        }
        all.countDown();
        for (Future<Batch> first : firsts) {
            assertThat(GatewayHarness.now(first).events()).isNotEmpty();
        }
        for (AnswerHandle answer : answers) {
            assertThat(house.text(answer)).isEqualTo("one for all");
        }
        assertThat(vendor.exchanges()).hasSize(1);
        assertThat(answers.stream().filter(answer -> !answer.cached())).hasSize(1);
        assertThat(answers.stream().map(answer -> answer.stream().streamId()).distinct())
                .hasSize(1000);
    }

    @Test
    @DisplayName("goes on being answered for the others when one of them leaves, whoever was first")
    void leaving() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        vendor.then(exchange -> {
            exchange.stream(ProviderWireFormat.OPENAI).write(ProviderWireFormat.OPENAI.begin() + ProviderWireFormat.OPENAI.token("one"));
            left.await(10, TimeUnit.SECONDS);
            exchange.write(ProviderWireFormat.OPENAI.token("two") + ProviderWireFormat.OPENAI.finish(ProviderWireFormat.OPENAI.stop(), 3, 3) + ProviderWireFormat.OPENAI.end())
                    .end();
        });
        house.open();
        AnswerHandle first = GatewayHarness.now(ask("ann", "hi", COLD));
        AnswerHandle second = GatewayHarness.now(ask("ann", "hi", COLD));
        Future<Batch> waiting = house.follow(first, new Cursor(1, 1));
        house.leave(first);
        GatewayHarness.now(waiting);
        assertThat(house.rest(first))
                .last()
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.problem()).isInstanceOf(Problem.Cancelled.class));
        left.countDown();
        assertThat(house.text(second)).isEqualTo("onetwo");
        assertThat(vendor.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("lets go of the vendor when the last of those who ask has left, in mid-answer")
    void lastLeaves() throws Exception {
        vendor.then(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        house.open();
        AnswerHandle first = GatewayHarness.now(ask("ann", "hi", COLD));
        AnswerHandle second = GatewayHarness.now(ask("ann", "hi", COLD));
        FakeProviderExchange exchange = vendor.take();
        house.leave(first);
        house.leave(first);
        answeredMeanwhile();
        long last = System.nanoTime();
        house.leave(second);
        assertThat(exchange.goneAt()).isGreaterThan(last);
        house.until("a", provider -> provider.running() == 0);
    }

    @Test
    @DisplayName("lets go of the vendor when the last of those who ask has left, before the first token")
    void lastLeavesEarly() throws Exception {
        vendor.then(ProviderScripts.silence());
        house.open();
        Open first = question("ann", "hi", COLD, CachePolicy.USUAL);
        Open second = question("ann", "hi", COLD, CachePolicy.USUAL);
        Future<AnswerHandle> firstAsked = house.ask(first);
        FakeProviderExchange exchange = vendor.take();
        Future<AnswerHandle> secondAsked = house.ask(second);
        house.cancel(first.callId());
        assertThat(GatewayHarness.refusal(firstAsked)).isEqualTo(new Problem.Cancelled("user"));
        answeredMeanwhile();
        long last = System.nanoTime();
        house.cancel(second.callId());
        assertThat(GatewayHarness.refusal(secondAsked)).isEqualTo(new Problem.Cancelled("user"));
        assertThat(exchange.goneAt()).isGreaterThan(last);
        assertThat(house.text(GatewayHarness.now(ask("ann", "hi", COLD)))).isEqualTo("Hello, world");
    }

    @Test
    @DisplayName("fails for all of those who ask at one time, and is asked anew afterwards")
    void failing() throws Exception {
        vendor.then(ProviderScripts.problem(400, "{}"));
        house.open();
        Future<AnswerHandle> first = ask("ann", "hi", COLD);
        Future<AnswerHandle> second = ask("ann", "hi", COLD);
        assertThat(GatewayHarness.refusal(first)).isEqualTo(GatewayHarness.refusal(second)).isInstanceOf(Problem.ProviderFailed.class);
        assertThat(house.text(GatewayHarness.now(ask("ann", "hi", COLD)))).isEqualTo("Hello, world");
        assertThat(vendor.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("of a provider that there is not is refused, and stays refused")
    void invalid() throws Exception {
        house.open();
        for (int each = 0; each < 2; each++) {
            Open open = new Open(
                    house.nextId(), GatewayHarness.origin("ann"), GatewayHarness.choice("nobody"), GatewayHarness.prompt("hi", COLD), terms());
            assertThat(GatewayHarness.refusal(house.ask(open)).status()).isEqualTo(422);
        }
    }

    /** Another question is answered by the same vendor: whatever was to become of an earlier one has become of it. */
    private void answeredMeanwhile() throws Exception {
        assertThat(house.text(GatewayHarness.now(ask("bob", "ho", COLD)))).isEqualTo("Hello, world");
    }

    /** The answer is kept when its log has its end, which its reader may see a little earlier. */
    private void kept(String user, String text) throws Exception {
        eventually(() -> assertThat(GatewayHarness.now(ask(user, text, COLD)).cached()).isTrue());
    }

    private Future<AnswerHandle> ask(String user, String text, OptionalDouble temperature) {
        return ask(user, text, temperature, CachePolicy.USUAL);
    }

    private Future<AnswerHandle> ask(String user, String text, OptionalDouble temperature, CachePolicy caching) {
        return house.ask(question(user, text, temperature, caching));
    }

    private Open question(String user, String text, OptionalDouble temperature, CachePolicy caching) {
        return new Open(
                house.nextId(),
                GatewayHarness.origin(user),
                ModelSelection.ANY,
                GatewayHarness.prompt(text, temperature),
                CallOptions.of(Priority.NORMAL, caching));
    }

    private static CallOptions terms() {
        return CallOptions.of(Priority.NORMAL, CachePolicy.USUAL);
    }
}

package io.parley.gateway.cache;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig.Cache;
import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GatewayMessage.Stats;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.parley.gateway.GatewayHarness;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProviderExchange;
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

    private static final OptionalDouble ZERO_TEMPERATURE = OptionalDouble.of(0);

    private final GatewayHarness harness = new GatewayHarness();
    private FakeProvider provider;

    @BeforeEach
    void provider() {
        provider = harness.provider("a", GatewayHarness.LONG_TIMEOUTS);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    @DisplayName("gets the same answer without another call, and at no cost")
    void again() throws Exception {
        harness.start();
        AnswerHandle first = GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE));
        String text = harness.text(first);
        awaitCached("ann", "hi");
        AnswerHandle second = GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE));
        assertThat(second.cached()).isTrue();
        assertThat(second.attemptsUsed()).isZero();
        assertThat(second.model()).isEqualTo(first.model());
        List<Event> events = harness.readAll(second);
        assertThat(GatewayHarness.text(events)).isEqualTo(text);
        assertThat(events).last().isInstanceOfSatisfying(Completed.class, end -> {
            assertThat(end.usage().inputTokens()).isEqualTo(ProviderWireFormat.INPUT);
            assertThat(end.usage().costMicros()).hasValue(0);
        });
        assertThat(provider.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("is counted, and so is one that could not be the same")
    void counted() throws Exception {
        harness.start();
        harness.text(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE)));
        awaitCached("ann", "hi");
        Stats before = counts();
        harness.text(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE)));
        harness.text(GatewayHarness.await(ask("ann", "hi", OptionalDouble.of(0.7))));
        harness.text(GatewayHarness.await(ask("bob", "hi", ZERO_TEMPERATURE)));
        assertThat(counts().cacheHits() - before.cacheHits()).isEqualTo(1);
        assertThat(counts().cacheMisses() - before.cacheMisses()).isEqualTo(1);
    }

    private Stats counts() throws Exception {
        return GatewayHarness.await(harness.bus.request(Addresses.GATEWAY_STATS, new GatewayMessage.GetStats()));
    }

    @Test
    @DisplayName("of somebody else, or another question, gets another answer")
    void others() throws Exception {
        harness.start();
        harness.text(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE)));
        awaitCached("ann", "hi");
        assertThat(GatewayHarness.await(ask("bob", "hi", ZERO_TEMPERATURE)).cached())
                .isFalse();
        assertThat(GatewayHarness.await(ask("ann", "ho", ZERO_TEMPERATURE)).cached())
                .isFalse();
        assertThat(GatewayHarness.await(ask("ann", "hi", OptionalDouble.of(0.7)))
                        .cached())
                .isFalse();
    }

    @Test
    @DisplayName("is asked anew when the client wants that, when chance is wanted, and when nothing is kept")
    void anew() throws Exception {
        harness.start();
        harness.text(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE)));
        awaitCached("ann", "hi");
        assertThat(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE, CachePolicy.NEVER))
                        .cached())
                .isFalse();
        for (int each = 0; each < 2; each++) {
            AnswerHandle warm = GatewayHarness.await(ask("ann", "hi", OptionalDouble.of(0.7)));
            harness.text(warm);
            assertThat(warm.cached()).isFalse();
            AnswerHandle unsaid = GatewayHarness.await(ask("ann", "hi", OptionalDouble.empty()));
            harness.text(unsaid);
            assertThat(unsaid.cached()).isFalse();
        }
    }

    @Test
    @DisplayName("gets the same answer at every temperature, and at none, when the client wants that")
    void wanted() throws Exception {
        harness.start();
        for (OptionalDouble temperature : List.of(OptionalDouble.empty(), OptionalDouble.of(0.7))) {
            AnswerHandle first = GatewayHarness.await(ask("ann", "hi", temperature, CachePolicy.PREFERRED));
            assertThat(first.cached()).isFalse();
            harness.text(first);
            assertThat(GatewayHarness.await(ask("ann", "hi", temperature, CachePolicy.PREFERRED))
                            .cached())
                    .isTrue();
        }
    }

    @Test
    @DisplayName("is asked anew when the answer was not whole")
    void incomplete() throws Exception {
        provider.enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "half"));
        harness.start();
        assertThat(harness.readAll(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE))))
                .last()
                .isInstanceOf(Failed.class);
        assertThat(harness.text(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE))))
                .isEqualTo("Hello, world");
        assertThat(provider.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("is asked anew when the answer is old")
    void old() throws Exception {
        harness.cache = new Cache(1 << 20, Duration.ofMinutes(1), 0);
        harness.start();
        harness.text(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE)));
        awaitCached("ann", "hi");
        harness.clock.advance(Duration.ofSeconds(61));
        assertThat(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE)).attemptsUsed())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("is asked anew when there is no room to keep any answer")
    void noRoom() throws Exception {
        harness.cache = new Cache(0, Duration.ofMinutes(1), 0);
        harness.start();
        for (int each = 0; each < 2; each++) {
            assertThat(harness.text(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE))))
                    .isEqualTo("Hello, world");
        }
        assertThat(provider.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("of a thousand at one time makes one call, and all of them hear the same")
    void thousand() throws Exception {
        CountDownLatch all = new CountDownLatch(1);
        provider.enqueue(exchange -> {
            exchange.startStream(ProviderWireFormat.OPENAI)
                    .write(ProviderWireFormat.OPENAI.begin() + ProviderWireFormat.OPENAI.token("one "));
            all.await(10, TimeUnit.SECONDS);
            exchange.write(ProviderWireFormat.OPENAI.token("for ") + ProviderWireFormat.OPENAI.token("all"))
                    .write(ProviderWireFormat.OPENAI.finish(ProviderWireFormat.OPENAI.stop(), 3, 3)
                            + ProviderWireFormat.OPENAI.end())
                    .end();
        });
        harness.start();
        List<Future<AnswerHandle>> replies = new ArrayList<>();
        for (int reader = 0; reader < 1000; reader++) {
            replies.add(ask("ann", "hi", ZERO_TEMPERATURE));
        }
        List<AnswerHandle> answers = new ArrayList<>();
        List<Future<Batch>> firsts = new ArrayList<>();
        for (Future<AnswerHandle> each : replies) {
            AnswerHandle answer = GatewayHarness.await(each);
            answers.add(answer);
            firsts.add(harness.follow(answer, Cursor.START));
        }
        all.countDown();
        for (Future<Batch> first : firsts) {
            assertThat(GatewayHarness.await(first).events()).isNotEmpty();
        }
        for (AnswerHandle answer : answers) {
            assertThat(harness.text(answer)).isEqualTo("one for all");
        }
        assertThat(provider.exchanges()).hasSize(1);
        assertThat(answers.stream().filter(answer -> !answer.cached())).hasSize(1);
        assertThat(answers.stream().map(answer -> answer.stream().streamId()).distinct())
                .hasSize(1000);
    }

    @Test
    @DisplayName("goes on being answered for the others when one of them leaves, whoever was first")
    void readerLeaves() throws Exception {
        CountDownLatch clientLeft = new CountDownLatch(1);
        provider.enqueue(exchange -> {
            exchange.startStream(ProviderWireFormat.OPENAI)
                    .write(ProviderWireFormat.OPENAI.begin() + ProviderWireFormat.OPENAI.token("one"));
            clientLeft.await(10, TimeUnit.SECONDS);
            exchange.write(ProviderWireFormat.OPENAI.token("two")
                            + ProviderWireFormat.OPENAI.finish(ProviderWireFormat.OPENAI.stop(), 3, 3)
                            + ProviderWireFormat.OPENAI.end())
                    .end();
        });
        harness.start();
        AnswerHandle first = GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE));
        AnswerHandle second = GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE));
        Future<Batch> waiting = harness.follow(first, new Cursor(1, 1));
        harness.cancelStream(first);
        GatewayHarness.await(waiting);
        assertThat(harness.readAll(first))
                .last()
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.problem()).isInstanceOf(Problem.Cancelled.class));
        clientLeft.countDown();
        assertThat(harness.text(second)).isEqualTo("onetwo");
        assertThat(provider.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("lets go of the vendor when the last of those who ask has left, in mid-answer")
    void lastReaderLeaves() throws Exception {
        provider.enqueue(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        harness.start();
        AnswerHandle first = GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE));
        AnswerHandle second = GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE));
        FakeProviderExchange exchange = provider.nextExchange();
        harness.cancelStream(first);
        harness.cancelStream(first);
        answeredMeanwhile();
        long last = System.nanoTime();
        harness.cancelStream(second);
        assertThat(exchange.disconnectedAt()).isGreaterThan(last);
        harness.awaitStatus("a", provider -> provider.inFlight() == 0);
    }

    @Test
    @DisplayName("lets go of the vendor when the last of those who ask has left, before the first token")
    void lastReaderLeavesEarly() throws Exception {
        provider.enqueue(ProviderScripts.noResponse());
        harness.start();
        Open first = openRequest("ann", "hi", ZERO_TEMPERATURE, CachePolicy.DEFAULT);
        Open second = openRequest("ann", "hi", ZERO_TEMPERATURE, CachePolicy.DEFAULT);
        Future<AnswerHandle> firstAsked = harness.request(first);
        FakeProviderExchange exchange = provider.nextExchange();
        Future<AnswerHandle> secondAsked = harness.request(second);
        harness.cancel(first.callId());
        assertThat(GatewayHarness.rejection(firstAsked)).isEqualTo(new Problem.Cancelled("user"));
        answeredMeanwhile();
        long last = System.nanoTime();
        harness.cancel(second.callId());
        assertThat(GatewayHarness.rejection(secondAsked)).isEqualTo(new Problem.Cancelled("user"));
        assertThat(exchange.disconnectedAt()).isGreaterThan(last);
        assertThat(harness.text(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE))))
                .isEqualTo("Hello, world");
    }

    @Test
    @DisplayName("fails for all of those who ask at one time, and is asked anew afterwards")
    void failing() throws Exception {
        provider.enqueue(ProviderScripts.errorResponse(400, "{}"));
        harness.start();
        Future<AnswerHandle> first = ask("ann", "hi", ZERO_TEMPERATURE);
        Future<AnswerHandle> second = ask("ann", "hi", ZERO_TEMPERATURE);
        assertThat(GatewayHarness.rejection(first))
                .isEqualTo(GatewayHarness.rejection(second))
                .isInstanceOf(Problem.ProviderFailed.class);
        assertThat(harness.text(GatewayHarness.await(ask("ann", "hi", ZERO_TEMPERATURE))))
                .isEqualTo("Hello, world");
        assertThat(provider.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("of a provider that there is not is refused, and stays refused")
    void invalid() throws Exception {
        harness.start();
        for (int each = 0; each < 2; each++) {
            Open open = new Open(
                    harness.nextId(),
                    GatewayHarness.origin("ann"),
                    GatewayHarness.choice("nobody"),
                    GatewayHarness.prompt("hi", ZERO_TEMPERATURE),
                    terms());
            assertThat(GatewayHarness.rejection(harness.request(open)).status()).isEqualTo(422);
        }
    }

    /** Another question is answered by the same vendor: whatever was to become of an earlier one has become of it. */
    private void answeredMeanwhile() throws Exception {
        assertThat(harness.text(GatewayHarness.await(ask("bob", "ho", ZERO_TEMPERATURE))))
                .isEqualTo("Hello, world");
    }

    /** The answer is kept when its log has its end, which its reader may see a little earlier. */
    private void awaitCached(String user, String text) throws Exception {
        eventually(() -> assertThat(
                        GatewayHarness.await(ask(user, text, ZERO_TEMPERATURE)).cached())
                .isTrue());
    }

    private Future<AnswerHandle> ask(String user, String text, OptionalDouble temperature) {
        return ask(user, text, temperature, CachePolicy.DEFAULT);
    }

    private Future<AnswerHandle> ask(String user, String text, OptionalDouble temperature, CachePolicy caching) {
        return harness.request(openRequest(user, text, temperature, caching));
    }

    private Open openRequest(String user, String text, OptionalDouble temperature, CachePolicy caching) {
        return new Open(
                harness.nextId(),
                GatewayHarness.origin(user),
                ModelSelection.DEFAULT,
                GatewayHarness.prompt(text, temperature),
                CallOptions.of(Priority.NORMAL, caching));
    }

    private static CallOptions terms() {
        return CallOptions.of(Priority.NORMAL, CachePolicy.DEFAULT);
    }
}

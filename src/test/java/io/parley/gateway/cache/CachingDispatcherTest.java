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

@DisplayName("Answer cache and shared requests")
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
    @DisplayName("a repeated request is answered from the cache, without a call and at no cost")
    void cacheHit() throws Exception {
        harness.start();
        AnswerHandle first = GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE));
        String text = harness.text(first);
        awaitCached("ann", "hi");
        AnswerHandle second = GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE));
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
    @DisplayName("hits and misses are counted; requests that cannot be cached are not misses")
    void counted() throws Exception {
        harness.start();
        harness.text(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE)));
        awaitCached("ann", "hi");
        Stats before = stats();
        harness.text(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE)));
        harness.text(GatewayHarness.await(send("ann", "hi", OptionalDouble.of(0.7))));
        harness.text(GatewayHarness.await(send("bob", "hi", ZERO_TEMPERATURE)));
        assertThat(stats().cacheHits() - before.cacheHits()).isEqualTo(1);
        assertThat(stats().cacheMisses() - before.cacheMisses()).isEqualTo(1);
    }

    private Stats stats() throws Exception {
        return GatewayHarness.await(harness.bus.request(Addresses.GATEWAY_STATS, new GatewayMessage.GetStats()));
    }

    @Test
    @DisplayName("another user, another prompt or another temperature misses the cache")
    void cacheMiss() throws Exception {
        harness.start();
        harness.text(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE)));
        awaitCached("ann", "hi");
        assertThat(GatewayHarness.await(send("bob", "hi", ZERO_TEMPERATURE)).cached())
                .isFalse();
        assertThat(GatewayHarness.await(send("ann", "ho", ZERO_TEMPERATURE)).cached())
                .isFalse();
        assertThat(GatewayHarness.await(send("ann", "hi", OptionalDouble.of(0.7)))
                        .cached())
                .isFalse();
    }

    @Test
    @DisplayName("the cache is bypassed when the client disables it, or when the temperature is not zero")
    void bypassed() throws Exception {
        harness.start();
        harness.text(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE)));
        awaitCached("ann", "hi");
        assertThat(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE, CachePolicy.NEVER))
                        .cached())
                .isFalse();
        for (int each = 0; each < 2; each++) {
            AnswerHandle warm = GatewayHarness.await(send("ann", "hi", OptionalDouble.of(0.7)));
            harness.text(warm);
            assertThat(warm.cached()).isFalse();
            AnswerHandle withoutTemperature = GatewayHarness.await(send("ann", "hi", OptionalDouble.empty()));
            harness.text(withoutTemperature);
            assertThat(withoutTemperature.cached()).isFalse();
        }
    }

    @Test
    @DisplayName("the client can request a cached answer at any temperature")
    void preferred() throws Exception {
        harness.start();
        for (OptionalDouble temperature : List.of(OptionalDouble.empty(), OptionalDouble.of(0.7))) {
            AnswerHandle first = GatewayHarness.await(send("ann", "hi", temperature, CachePolicy.PREFERRED));
            assertThat(first.cached()).isFalse();
            harness.text(first);
            assertThat(GatewayHarness.await(send("ann", "hi", temperature, CachePolicy.PREFERRED))
                            .cached())
                    .isTrue();
        }
    }

    @Test
    @DisplayName("an incomplete answer is not cached")
    void incomplete() throws Exception {
        provider.enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "half"));
        harness.start();
        assertThat(harness.readAll(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE))))
                .last()
                .isInstanceOf(Failed.class);
        assertThat(harness.text(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE))))
                .isEqualTo("Hello, world");
        assertThat(provider.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("a cached answer expires")
    void expired() throws Exception {
        harness.cache = new Cache(1 << 20, Duration.ofMinutes(1), 0);
        harness.start();
        harness.text(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE)));
        awaitCached("ann", "hi");
        harness.clock.advance(Duration.ofSeconds(61));
        assertThat(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE)).attemptsUsed())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("nothing is cached when the cache size is 0")
    void zeroCapacity() throws Exception {
        harness.cache = new Cache(0, Duration.ofMinutes(1), 0);
        harness.start();
        for (int each = 0; each < 2; each++) {
            assertThat(harness.text(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE))))
                    .isEqualTo("Hello, world");
        }
        assertThat(provider.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("a thousand identical concurrent requests share one call and one answer")
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
            replies.add(send("ann", "hi", ZERO_TEMPERATURE));
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
    @DisplayName("a shared answer continues for the other readers when one of them leaves, also the first")
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
        AnswerHandle first = GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE));
        AnswerHandle second = GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE));
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
    @DisplayName("the provider call is cancelled midway when the last reader leaves")
    void lastReaderLeaves() throws Exception {
        provider.enqueue(ProviderScripts.stall(ProviderWireFormat.OPENAI, "one"));
        harness.start();
        AnswerHandle first = GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE));
        AnswerHandle second = GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE));
        FakeProviderExchange exchange = provider.nextExchange();
        harness.cancelStream(first);
        harness.cancelStream(first);
        awaitSecondAnswer();
        long last = System.nanoTime();
        harness.cancelStream(second);
        assertThat(exchange.disconnectedAt()).isGreaterThan(last);
        harness.awaitStatus("a", provider -> provider.inFlight() == 0);
    }

    @Test
    @DisplayName("the provider call is cancelled before the first token when the last reader leaves")
    void lastReaderLeavesEarly() throws Exception {
        provider.enqueue(ProviderScripts.noResponse());
        harness.start();
        Open first = openRequest("ann", "hi", ZERO_TEMPERATURE, CachePolicy.DEFAULT);
        Open second = openRequest("ann", "hi", ZERO_TEMPERATURE, CachePolicy.DEFAULT);
        Future<AnswerHandle> firstReply = harness.request(first);
        FakeProviderExchange exchange = provider.nextExchange();
        Future<AnswerHandle> secondReply = harness.request(second);
        harness.cancel(first.callId());
        assertThat(GatewayHarness.rejection(firstReply)).isEqualTo(new Problem.Cancelled("user"));
        awaitSecondAnswer();
        long last = System.nanoTime();
        harness.cancel(second.callId());
        assertThat(GatewayHarness.rejection(secondReply)).isEqualTo(new Problem.Cancelled("user"));
        assertThat(exchange.disconnectedAt()).isGreaterThan(last);
        assertThat(harness.text(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE))))
                .isEqualTo("Hello, world");
    }

    @Test
    @DisplayName("a shared failure reaches all readers and is not cached")
    void failing() throws Exception {
        provider.enqueue(ProviderScripts.errorResponse(400, "{}"));
        harness.start();
        Future<AnswerHandle> first = send("ann", "hi", ZERO_TEMPERATURE);
        Future<AnswerHandle> second = send("ann", "hi", ZERO_TEMPERATURE);
        assertThat(GatewayHarness.rejection(first))
                .isEqualTo(GatewayHarness.rejection(second))
                .isInstanceOf(Problem.ProviderFailed.class);
        assertThat(harness.text(GatewayHarness.await(send("ann", "hi", ZERO_TEMPERATURE))))
                .isEqualTo("Hello, world");
        assertThat(provider.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("a request for an unknown provider is rejected, and again when repeated")
    void invalid() throws Exception {
        harness.start();
        for (int each = 0; each < 2; each++) {
            Open open = new Open(
                    harness.nextId(),
                    GatewayHarness.requestContext("ann"),
                    GatewayHarness.selection("missing"),
                    GatewayHarness.prompt("hi", ZERO_TEMPERATURE),
                    callOptions());
            assertThat(GatewayHarness.rejection(harness.request(open)).status()).isEqualTo(422);
        }
    }

    /** A second answer from the same provider proves that pending work of an earlier request is done. */
    private void awaitSecondAnswer() throws Exception {
        assertThat(harness.text(GatewayHarness.await(send("bob", "ho", ZERO_TEMPERATURE))))
                .isEqualTo("Hello, world");
    }

    /** The answer is cached when its log ends, which a reader may see slightly earlier. */
    private void awaitCached(String user, String text) throws Exception {
        eventually(() -> assertThat(
                        GatewayHarness.await(send(user, text, ZERO_TEMPERATURE)).cached())
                .isTrue());
    }

    private Future<AnswerHandle> send(String user, String text, OptionalDouble temperature) {
        return send(user, text, temperature, CachePolicy.DEFAULT);
    }

    private Future<AnswerHandle> send(String user, String text, OptionalDouble temperature, CachePolicy caching) {
        return harness.request(openRequest(user, text, temperature, caching));
    }

    private Open openRequest(String user, String text, OptionalDouble temperature, CachePolicy caching) {
        return new Open(
                harness.nextId(),
                GatewayHarness.requestContext(user),
                ModelSelection.DEFAULT,
                GatewayHarness.prompt(text, temperature),
                CallOptions.of(Priority.NORMAL, caching));
    }

    private static CallOptions callOptions() {
        return CallOptions.of(Priority.NORMAL, CachePolicy.DEFAULT);
    }
}

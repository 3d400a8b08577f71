package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig;
import io.parley.config.GatewayConfig.Alias;
import io.parley.config.GatewayConfig.Retry;
import io.parley.config.GatewayConfig.Strategy;
import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.GatewayMessage.Resolved;
import io.parley.contract.GatewayMessage.RetryStats;
import io.parley.contract.GatewayMessage.Stats;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.UsageMessage;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Gateway retries, fallback and routing")
class FallbackTest {

    private static final FakeProvider.ResponseScript ANSWER =
            ProviderScripts.answer(ProviderWireFormat.OPENAI, "fi", "ne");

    private final GatewayHarness harness = new GatewayHarness();

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 529})
    @DisplayName("retries a transient provider failure with the same request body under a new attempt id")
    void retriesTransientFailure(int status) throws Exception {
        FakeProvider a = harness.provider("a");
        a.enqueue(ProviderScripts.errorResponse(status, "{}")).enqueue(ANSWER);
        harness.start();
        AnswerHandle answering = harness.answer(ModelSelection.DEFAULT);
        assertThat(harness.text(answering)).isEqualTo("fine");
        assertThat(answering.attemptsUsed()).isEqualTo(2);
        assertThat(a.nextExchange().body()).isEqualTo(a.nextExchange().body());
        List<UsageMessage.AttemptEnded> attempts = List.of(harness.endedAttempt(), harness.endedAttempt());
        assertThat(attempts).extracting(UsageMessage.AttemptEnded::id).containsExactly("call_1.1", "call_1.2");
        assertThat(attempts.getFirst().problem()).isPresent();
        assertThat(attempts.getLast().problem()).isEmpty();
    }

    @Test
    @DisplayName("falls back after two failed calls to one provider when there is another provider")
    void fallsBackAfterTwoFailures() throws Exception {
        FakeProvider a = harness.provider("a");
        FakeProvider b = harness.provider("b");
        a.defaultScript(ProviderScripts.errorResponse(503, "{}"));
        harness.start();
        AnswerHandle answering = harness.answer(ModelSelection.DEFAULT);
        assertThat(answering.provider()).isEqualTo("b");
        assertThat(answering.model()).isEqualTo("b-1");
        assertThat(answering.attemptsUsed()).isEqualTo(3);
        assertThat(a.exchanges()).hasSize(2);
        assertThat(b.nextExchange().body()).contains("\"b-1\"");
    }

    @Test
    @DisplayName("counts retries and fallbacks for each provider")
    void stats() throws Exception {
        harness.provider("a").defaultScript(ProviderScripts.errorResponse(503, "{}"));
        harness.provider("b");
        harness.start();
        harness.answer(ModelSelection.DEFAULT);
        Stats stats = GatewayHarness.await(harness.bus.request(Addresses.GATEWAY_STATS, new GatewayMessage.GetStats()));
        assertThat(stats.retryStats()).containsExactly(new RetryStats("a", 1, 1), new RetryStats("b", 0, 0));
        assertThat(stats.admitted()).isEqualTo(3);
        assertThat(stats.restarts()).isZero();
    }

    @Test
    @DisplayName("makes at most three calls, then returns the provider's problem")
    void atMostThreeCalls() throws Exception {
        FakeProvider a = harness.provider("a");
        a.defaultScript(ProviderScripts.errorResponse(503, "{}"));
        harness.start();
        assertThat(harness.rejection(ModelSelection.DEFAULT)).isEqualTo(failed("a", Fault.OVERLOADED));
        assertThat(a.exchanges()).hasSize(3);
    }

    @Test
    @DisplayName("waits for the retry delay that the provider requests")
    void retryAfter() throws Exception {
        FakeProvider a = harness.provider("a");
        harness.provider("b");
        a.enqueue(ProviderScripts.errorResponse(429, "{}", "retry-after-ms: 600"))
                .enqueue(ANSWER);
        harness.retry = Retry.DEFAULT;
        harness.start();
        long startedAt = System.nanoTime();
        assertThat(harness.answer(ModelSelection.DEFAULT).provider()).isEqualTo("a");
        assertThat(Duration.ofNanos(System.nanoTime() - startedAt))
                .isBetween(
                        Duration.ofMillis(600), Duration.ofSeconds(4)); // the upper bound allows for a loaded machine
    }

    @Test
    @DisplayName("does not wait for a retry delay beyond the deadline, and returns that delay to the client")
    void retryAfterTooLong() throws Exception {
        FakeProvider a = harness.provider("a");
        a.defaultScript(ProviderScripts.errorResponse(429, "{}", "retry-after: 120"));
        harness.start();
        Problem problem = harness.rejection(ModelSelection.DEFAULT);
        assertThat(problem.status()).isEqualTo(429);
        assertThat(problem.retryDelay()).hasValue(Duration.ofMinutes(2));
        assertThat(a.exchanges()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 422})
    @DisplayName("does not retry a request that the provider rejects")
    void refused(int status) throws Exception {
        FakeProvider a = harness.provider("a");
        FakeProvider b = harness.provider("b");
        a.enqueue(ProviderScripts.errorResponse(status, "{}"));
        harness.start();
        assertThat(harness.rejection(ModelSelection.DEFAULT))
                .isEqualTo(failed("a", status == 404 ? Fault.UNKNOWN_MODEL : Fault.REJECTED));
        assertThat(a.exchanges()).hasSize(1);
        assertThat(b.exchanges()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403})
    @DisplayName("does not retry after an authentication or payment failure, but falls back")
    void noRetryAfterAuthFailure(int status) throws Exception {
        FakeProvider a = harness.provider("a");
        harness.provider("b");
        a.defaultScript(ProviderScripts.errorResponse(status, "{}"));
        harness.start();
        assertThat(harness.answer(ModelSelection.DEFAULT).provider()).isEqualTo("b");
        assertThat(a.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("falls back at once when a provider is unreachable")
    void unreachable() throws Exception {
        harness.provider("a").close();
        harness.provider("b");
        harness.start();
        harness.answer(GatewayHarness.selection("b")); // opens connections and loads classes before the measurement
        long startedAt = System.nanoTime();
        assertThat(harness.answer(GatewayHarness.selection("a")).provider()).isEqualTo("b");
        assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofMillis(400));
    }

    @Test
    @DisplayName("falls back when a provider sends no headers in time")
    void noHeaders() throws Exception {
        harness.provider("a").defaultScript(ProviderScripts.noResponse());
        harness.provider("b");
        harness.start();
        assertThat(harness.answer(ModelSelection.DEFAULT).provider()).isEqualTo("b");
        assertThat(harness.endedAttempt().problem()).contains(failed("a", Fault.NO_RESPONSE));
    }

    @Test
    @DisplayName("falls back when a provider sends no token in time")
    void noToken() throws Exception {
        harness.provider("a").defaultScript(ProviderScripts.stall(ProviderWireFormat.OPENAI));
        harness.provider("b");
        harness.start();
        assertThat(harness.answer(ModelSelection.DEFAULT).provider()).isEqualTo("b");
    }

    @Test
    @DisplayName("reports the provider timeout when there is no fallback")
    void timeoutWithoutFallback() throws Exception {
        FakeProvider a = harness.provider("a");
        a.defaultScript(ProviderScripts.noResponse());
        harness.start();
        assertThat(harness.rejection(ModelSelection.DEFAULT)).isEqualTo(failed("a", Fault.NO_RESPONSE));
        assertThat(a.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("falls back when the stream starts with an error")
    void inStream() throws Exception {
        FakeProvider a = harness.provider("a");
        harness.provider("b");
        a.defaultScript(ProviderScripts.streamError(ProviderWireFormat.OPENAI, "overloaded_error"));
        harness.start();
        assertThat(harness.answer(ModelSelection.DEFAULT).provider()).isEqualTo("b");
        assertThat(a.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("stays with the requested provider when fallback is disabled")
    void noFallback() throws Exception {
        harness.provider("a").defaultScript(ProviderScripts.errorResponse(401, "{}"));
        FakeProvider b = harness.provider("b");
        harness.start();
        assertThat(harness.rejection(new ModelSelection(Optional.of("a"), Optional.empty(), false)))
                .isEqualTo(failed("a", Fault.AUTH));
        assertThat(b.exchanges()).isEmpty();
    }

    @Test
    @DisplayName("starts with the requested provider")
    void requestedProvider() throws Exception {
        FakeProvider a = harness.provider("a");
        harness.provider("b");
        harness.start();
        assertThat(harness.answer(GatewayHarness.selection("b")).provider()).isEqualTo("b");
        assertThat(harness.answer(new ModelSelection(Optional.empty(), Optional.of("b/x"), true)))
                .extracting(AnswerHandle::provider, AnswerHandle::model)
                .containsExactly("b", "x");
        assertThat(a.exchanges()).isEmpty();
    }

    @Test
    @DisplayName("round robin alternates providers; resolving a model does not count as a turn")
    void roundRobin() throws Exception {
        FakeProvider a = harness.provider("a");
        FakeProvider b = harness.provider("b");
        harness.strategy = Strategy.ROUND_ROBIN;
        harness.start();
        for (int request = 0; request < 10; request++) {
            GatewayHarness.await(harness.bus.request(Addresses.GATEWAY_RESOLVE, new Resolve(ModelSelection.DEFAULT)));
            harness.text(harness.answer(ModelSelection.DEFAULT));
        }
        assertThat(a.exchanges()).hasSize(5);
        assertThat(b.exchanges()).hasSize(5);
    }

    @Test
    @DisplayName("the latency strategy prefers the provider with the lowest latency")
    void latency() throws Exception {
        FakeProvider a = harness.provider("a");
        FakeProvider b = harness.provider("b");
        a.defaultScript(ProviderScripts.slow(ProviderWireFormat.OPENAI, Duration.ofMillis(150), "slow"));
        harness.strategy = Strategy.LATENCY;
        harness.start();
        for (int request = 0; request < 6; request++) {
            harness.text(harness.answer(ModelSelection.DEFAULT));
        }
        assertThat(a.exchanges()).hasSize(1);
        assertThat(b.exchanges()).hasSize(5);
    }

    @Test
    @DisplayName("an alias can have a strategy of its own")
    void alias() throws Exception {
        harness.provider("a");
        harness.provider("b");
        harness.aliases = Map.of("both", new Alias(List.of("a/one", "b/two"), Strategy.ROUND_ROBIN));
        harness.start();
        ModelSelection both = new ModelSelection(Optional.empty(), Optional.of("both"), true);
        assertThat(harness.answer(both).model()).isEqualTo("one");
        assertThat(harness.answer(both).model()).isEqualTo("two");
        assertThat(harness.state().models().getFirst().id()).isEqualTo("both");
    }

    @Test
    @DisplayName("opens the circuit of a provider that keeps failing, and reports it")
    void circuitOpens() throws Exception {
        FakeProvider a = harness.provider("a");
        a.defaultScript(ProviderScripts.errorResponse(401, "{}"));
        harness.breaker = new GatewayConfig.Breaker(10, 20, Duration.ofMinutes(1));
        harness.start();
        for (int call = 0; call < 10; call++) {
            assertThat(harness.rejection(ModelSelection.DEFAULT)).isEqualTo(failed("a", Fault.AUTH));
        }
        for (int call = 0; call < 20; call++) {
            assertThat(harness.rejection(ModelSelection.DEFAULT))
                    .isInstanceOfSatisfying(
                            Problem.Unavailable.class,
                            unavailable -> assertThat(unavailable.reason()).isEqualTo(Problem.Reason.NO_PROVIDER));
        }
        assertThat(a.exchanges()).hasSize(10);
        assertThat(harness.state("a").breaker()).isEqualTo(CircuitState.OPEN);
        assertThat(harness.state("a").healthy()).isFalse();
        assertThat(harness.state("a").lastError()).contains(Fault.AUTH);
        assertThat(GatewayHarness.rejection(
                                harness.bus.request(Addresses.GATEWAY_RESOLVE, new Resolve(ModelSelection.DEFAULT)))
                        .status())
                .isEqualTo(503);
    }

    @Test
    @DisplayName("answers that fail midway count as failures for the circuit breaker")
    void midAnswerFailures() throws Exception {
        FakeProvider a = harness.provider("a");
        a.defaultScript(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "on", "e"));
        harness.start();
        for (int call = 0; call < 10; call++) {
            harness.readAll(harness.answer(ModelSelection.DEFAULT));
        }
        harness.awaitStatus("a", provider -> provider.breaker() == CircuitState.OPEN);
    }

    @Test
    @DisplayName("uses another provider while the circuit is open, and returns when a trial call succeeds")
    void halfOpen() throws Exception {
        FakeProvider a = harness.provider("a");
        harness.provider("b");
        a.defaultScript(ProviderScripts.errorResponse(500, "{}"));
        harness.breaker = new GatewayConfig.Breaker(2, 4, Duration.ofMillis(700));
        harness.start();
        harness.text(harness.answer(ModelSelection.DEFAULT));
        assertThat(harness.state("a").breaker()).isEqualTo(CircuitState.OPEN);
        int before = a.exchanges().size();
        assertThat(harness.answer(GatewayHarness.selection("a")).provider()).isEqualTo("b");
        assertThat(a.exchanges()).hasSize(before);
        a.defaultScript(ANSWER);
        harness.awaitStatus("a", provider -> provider.breaker() == CircuitState.HALF_OPEN);
        assertThat(harness.answer(GatewayHarness.selection("a")).provider()).isEqualTo("a");
        assertThat(harness.state("a").breaker()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    @DisplayName("reports the status of providers and the list of models")
    void state() throws Exception {
        harness.provider("a");
        harness.start();
        assertThat(harness.state("a").p50Millis()).isEmpty();
        harness.text(harness.answer(ModelSelection.DEFAULT));
        harness.awaitStatus("a", provider -> provider.inFlight() == 0);
        assertThat(harness.state("a").healthy()).isTrue();
        assertThat(harness.state("a").p50Millis()).isPresent();
        assertThat(harness.state("a").p95Millis()).isPresent();
        assertThat(harness.state().models())
                .extracting(model -> model.id() + " " + model.ownedBy())
                .containsExactly("a-1 a", "a/a-1 a");
    }

    @Test
    @DisplayName("probes an idle provider, and marks an unreachable one as unhealthy")
    void probes() throws Exception {
        FakeProvider a = harness.provider("a");
        harness.provider("b");
        harness.probe = Duration.ofMillis(100);
        harness.start();
        assertThat(a.nextExchange().path()).isEqualTo("/v1/models");
        a.close();
        harness.awaitStatus("a", provider -> !provider.healthy());
        assertThat(harness.state("a").lastError()).contains(Fault.UNREACHABLE);
        Resolved checked = GatewayHarness.await(
                harness.bus.request(Addresses.GATEWAY_RESOLVE, new Resolve(ModelSelection.DEFAULT)));
        assertThat(checked.provider()).isEqualTo("b");
    }

    @Test
    @DisplayName("restarts an answer that broke midway at another provider, and counts the attempts of both calls")
    void midAnswer() throws Exception {
        FakeProvider a = harness.provider("a");
        FakeProvider b = harness.provider("b");
        FakeProvider c = harness.provider("c");
        a.enqueue(ProviderScripts.errorResponse(500, "{}"))
                .enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "half"));
        b.enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "half"));
        harness.start();
        AnswerHandle first = harness.answer(ModelSelection.DEFAULT);
        assertThat(first.attemptsUsed()).isEqualTo(2);
        AnswerHandle second = GatewayHarness.await(harness.continueAnswer(first, CallOptions.DEFAULT));
        assertThat(second.provider()).isEqualTo("b");
        assertThat(second.attemptsUsed()).isEqualTo(3);
        Future<AnswerHandle> third = harness.continueAnswer(second, CallOptions.DEFAULT.nextAttempt(first));
        assertThat(GatewayHarness.rejection(third)).isInstanceOf(Problem.Unavailable.class);
        assertThat(c.exchanges()).isEmpty();
    }

    @Test
    @DisplayName("does not restart a broken answer when no other provider is left")
    void noProviderLeft() throws Exception {
        FakeProvider a = harness.provider("a");
        a.enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "half"));
        harness.start();
        AnswerHandle first = harness.answer(ModelSelection.DEFAULT);
        assertThat(GatewayHarness.rejection(harness.continueAnswer(first, CallOptions.DEFAULT))
                        .status())
                .isEqualTo(503);
        assertThat(a.exchanges()).hasSize(1);
    }

    private static Problem failed(String providerName, Fault fault) {
        return new Problem.ProviderFailed(providerName, fault, Optional.empty());
    }
}

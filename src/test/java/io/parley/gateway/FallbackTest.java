package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig;
import io.parley.config.GatewayConfig.Alias;
import io.parley.config.GatewayConfig.Retry;
import io.parley.config.GatewayConfig.Strategy;
import io.parley.contract.Addresses;
import io.parley.contract.ModelSelection;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.GatewayMessage.Resolved;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.GatewayMessage.Stats;
import io.parley.contract.GatewayMessage.RetryStats;
import io.parley.contract.GatewayMessage.CallOptions;
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

@DisplayName("The gateway")
class FallbackTest {

    private static final FakeProvider.ResponseScript FINE = ProviderScripts.answer(ProviderWireFormat.OPENAI, "fi", "ne");

    private final GatewayHarness house = new GatewayHarness();

    @AfterEach
    void close() throws Exception {
        house.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 529})
    @DisplayName("tries a vendor again that fails in passing, with the same question under another attempt's id")
    void again(int status) throws Exception {
        FakeProvider a = house.vendor("a");
        a.then(ProviderScripts.problem(status, "{}")).then(FINE);
        house.open();
        AnswerHandle answering = house.answer(ModelSelection.ANY);
        assertThat(house.text(answering)).isEqualTo("fine");
        assertThat(answering.calls()).isEqualTo(2);
        assertThat(a.take().body()).isEqualTo(a.take().body());
        List<UsageMessage.AttemptEnded> told = List.of(house.ended(), house.ended());
        assertThat(told).extracting(UsageMessage.AttemptEnded::id).containsExactly("call_1.1", "call_1.2");
        assertThat(told.getFirst().problem()).isPresent();
        assertThat(told.getLast().problem()).isEmpty();
    }

    @Test
    @DisplayName("gives a vendor up that goes on failing, after two calls if there is another one")
    void thenElsewhere() throws Exception {
        FakeProvider a = house.vendor("a");
        FakeProvider b = house.vendor("b");
        a.otherwise(ProviderScripts.problem(503, "{}"));
        house.open();
        AnswerHandle answering = house.answer(ModelSelection.ANY);
        assertThat(answering.provider()).isEqualTo("b");
        assertThat(answering.model()).isEqualTo("b-1");
        assertThat(answering.calls()).isEqualTo(3);
        assertThat(a.exchanges()).hasSize(2);
        assertThat(b.take().body()).contains("\"b-1\"");
    }

    @Test
    @DisplayName("counts how often it repeats, and how often it goes elsewhere")
    void counts() throws Exception {
        house.vendor("a").otherwise(ProviderScripts.problem(503, "{}"));
        house.vendor("b");
        house.open();
        house.answer(ModelSelection.ANY);
        Stats counts = GatewayHarness.now(house.bus.ask(Addresses.GATEWAY_COUNT, new GatewayMessage.GetStats()));
        assertThat(counts.detours()).containsExactly(new RetryStats("a", 1, 1), new RetryStats("b", 0, 0));
        assertThat(counts.admitted()).isEqualTo(3);
        assertThat(counts.restarted()).isZero();
    }

    @Test
    @DisplayName("makes three calls at most, and tells the problem")
    void three() throws Exception {
        FakeProvider a = house.vendor("a");
        a.otherwise(ProviderScripts.problem(503, "{}"));
        house.open();
        assertThat(house.refusal(ModelSelection.ANY)).isEqualTo(failed("a", Fault.OVERLOADED));
        assertThat(a.exchanges()).hasSize(3);
    }

    @Test
    @DisplayName("waits as long as the vendor asks")
    void retryAfter() throws Exception {
        FakeProvider a = house.vendor("a");
        house.vendor("b");
        a.then(ProviderScripts.problem(429, "{}", "retry-after-ms: 600")).then(FINE);
        house.retry = Retry.USUAL;
        house.open();
        long began = System.nanoTime();
        assertThat(house.answer(ModelSelection.ANY).provider()).isEqualTo("a");
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(600), Duration.ofSeconds(4)); // the machine may be busy
    }

    @Test
    @DisplayName("does not wait longer than a request can, and says how long it would be")
    void retryAfterTooLong() throws Exception {
        FakeProvider a = house.vendor("a");
        a.otherwise(ProviderScripts.problem(429, "{}", "retry-after: 120"));
        house.open();
        Problem problem = house.refusal(ModelSelection.ANY);
        assertThat(problem.status()).isEqualTo(429);
        assertThat(problem.retryAfter()).hasValue(Duration.ofMinutes(2));
        assertThat(a.exchanges()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 422})
    @DisplayName("takes a refusal for an answer")
    void refused(int status) throws Exception {
        FakeProvider a = house.vendor("a");
        FakeProvider b = house.vendor("b");
        a.then(ProviderScripts.problem(status, "{}"));
        house.open();
        assertThat(house.refusal(ModelSelection.ANY))
                .isEqualTo(failed("a", status == 404 ? Fault.UNKNOWN_MODEL : Fault.REJECTED));
        assertThat(a.exchanges()).hasSize(1);
        assertThat(b.exchanges()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403})
    @DisplayName("does not ask a vendor twice that does not let us in, but another one")
    void noEntry(int status) throws Exception {
        FakeProvider a = house.vendor("a");
        house.vendor("b");
        a.otherwise(ProviderScripts.problem(status, "{}"));
        house.open();
        assertThat(house.answer(ModelSelection.ANY).provider()).isEqualTo("b");
        assertThat(a.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("goes elsewhere at once when a vendor cannot be reached")
    void unreachable() throws Exception {
        house.vendor("a").close();
        house.vendor("b");
        house.open();
        house.answer(GatewayHarness.choice("b")); // connections and classes are warm
        long began = System.nanoTime();
        assertThat(house.answer(GatewayHarness.choice("a")).provider()).isEqualTo("b");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(400));
    }

    @Test
    @DisplayName("goes elsewhere when a vendor sends no headers in time")
    void noHeaders() throws Exception {
        house.vendor("a").otherwise(ProviderScripts.silence());
        house.vendor("b");
        house.open();
        assertThat(house.answer(ModelSelection.ANY).provider()).isEqualTo("b");
        assertThat(house.ended().problem()).contains(failed("a", Fault.SILENT));
    }

    @Test
    @DisplayName("goes elsewhere when a vendor sends no token in time")
    void noToken() throws Exception {
        house.vendor("a").otherwise(ProviderScripts.stall(ProviderWireFormat.OPENAI));
        house.vendor("b");
        house.open();
        assertThat(house.answer(ModelSelection.ANY).provider()).isEqualTo("b");
    }

    @Test
    @DisplayName("tells a silent vendor's silence when there is nobody else")
    void silence() throws Exception {
        FakeProvider a = house.vendor("a");
        a.otherwise(ProviderScripts.silence());
        house.open();
        assertThat(house.refusal(ModelSelection.ANY)).isEqualTo(failed("a", Fault.SILENT));
        assertThat(a.exchanges()).hasSize(1);
    }

    @Test
    @DisplayName("goes elsewhere when the stream begins with an error")
    void inStream() throws Exception {
        FakeProvider a = house.vendor("a");
        house.vendor("b");
        a.otherwise(ProviderScripts.failure(ProviderWireFormat.OPENAI, "overloaded_error"));
        house.open();
        assertThat(house.answer(ModelSelection.ANY).provider()).isEqualTo("b");
        assertThat(a.exchanges()).hasSize(2);
    }

    @Test
    @DisplayName("stays where it is told when the request wants no fallback")
    void noFallback() throws Exception {
        house.vendor("a").otherwise(ProviderScripts.problem(401, "{}"));
        FakeProvider b = house.vendor("b");
        house.open();
        assertThat(house.refusal(new ModelSelection(Optional.of("a"), Optional.empty(), false)))
                .isEqualTo(failed("a", Fault.AUTH));
        assertThat(b.exchanges()).isEmpty();
    }

    @Test
    @DisplayName("begins with the provider that is named")
    void named() throws Exception {
        FakeProvider a = house.vendor("a");
        house.vendor("b");
        house.open();
        assertThat(house.answer(GatewayHarness.choice("b")).provider()).isEqualTo("b");
        assertThat(house.answer(new ModelSelection(Optional.empty(), Optional.of("b/x"), true)))
                .extracting(AnswerHandle::provider, AnswerHandle::model)
                .containsExactly("b", "x");
        assertThat(a.exchanges()).isEmpty();
    }

    @Test
    @DisplayName("takes turns when it is told to, and a look is no turn")
    void roundRobin() throws Exception {
        FakeProvider a = house.vendor("a");
        FakeProvider b = house.vendor("b");
        house.strategy = Strategy.ROUND_ROBIN;
        house.open();
        for (int request = 0; request < 10; request++) {
            GatewayHarness.now(house.bus.ask(Addresses.GATEWAY_CHECK, new Resolve(ModelSelection.ANY)));
            house.text(house.answer(ModelSelection.ANY));
        }
        assertThat(a.exchanges()).hasSize(5);
        assertThat(b.exchanges()).hasSize(5);
    }

    @Test
    @DisplayName("prefers the quickest when it is told to")
    void latency() throws Exception {
        FakeProvider a = house.vendor("a");
        FakeProvider b = house.vendor("b");
        a.otherwise(ProviderScripts.slow(ProviderWireFormat.OPENAI, Duration.ofMillis(150), "slow"));
        house.strategy = Strategy.LATENCY;
        house.open();
        for (int request = 0; request < 6; request++) {
            house.text(house.answer(ModelSelection.ANY));
        }
        assertThat(a.exchanges()).hasSize(1);
        assertThat(b.exchanges()).hasSize(5);
    }

    @Test
    @DisplayName("knows aliases with a strategy of their own")
    void alias() throws Exception {
        house.vendor("a");
        house.vendor("b");
        house.aliases = Map.of("both", new Alias(List.of("a/one", "b/two"), Strategy.ROUND_ROBIN));
        house.open();
        ModelSelection both = new ModelSelection(Optional.empty(), Optional.of("both"), true);
        assertThat(house.answer(both).model()).isEqualTo("one");
        assertThat(house.answer(both).model()).isEqualTo("two");
        assertThat(house.state().models().getFirst().id()).isEqualTo("both");
    }

    @Test
    @DisplayName("leaves a vendor alone that keeps failing, and says so")
    void breaker() throws Exception {
        FakeProvider a = house.vendor("a");
        a.otherwise(ProviderScripts.problem(401, "{}"));
        house.breaker = new GatewayConfig.Breaker(10, 20, Duration.ofMinutes(1));
        house.open();
        for (int call = 0; call < 10; call++) {
            assertThat(house.refusal(ModelSelection.ANY)).isEqualTo(failed("a", Fault.AUTH));
        }
        for (int call = 0; call < 20; call++) {
            assertThat(house.refusal(ModelSelection.ANY))
                    .isInstanceOfSatisfying(
                            Problem.Unavailable.class,
                            unavailable -> assertThat(unavailable.reason()).isEqualTo(Problem.Reason.NO_PROVIDER));
        }
        assertThat(a.exchanges()).hasSize(10);
        assertThat(house.state("a").breaker()).isEqualTo(CircuitState.OPEN);
        assertThat(house.state("a").healthy()).isFalse();
        assertThat(house.state("a").lastError()).contains(Fault.AUTH);
        assertThat(GatewayHarness.refusal(house.bus.ask(Addresses.GATEWAY_CHECK, new Resolve(ModelSelection.ANY)))
                        .status())
                .isEqualTo(503);
    }

    @Test
    @DisplayName("holds answers that break in the middle against a vendor too")
    void breaksInTheMiddle() throws Exception {
        FakeProvider a = house.vendor("a");
        a.otherwise(ProviderScripts.cut(ProviderWireFormat.OPENAI, "on", "e"));
        house.open();
        for (int call = 0; call < 10; call++) {
            house.rest(house.answer(ModelSelection.ANY));
        }
        house.until("a", provider -> provider.breaker() == CircuitState.OPEN);
    }

    @Test
    @DisplayName("goes to another vendor while one is left alone, and comes back when it is well")
    void halfOpen() throws Exception {
        FakeProvider a = house.vendor("a");
        house.vendor("b");
        a.otherwise(ProviderScripts.problem(500, "{}"));
        house.breaker = new GatewayConfig.Breaker(2, 4, Duration.ofMillis(700));
        house.open();
        house.text(house.answer(ModelSelection.ANY));
        assertThat(house.state("a").breaker()).isEqualTo(CircuitState.OPEN);
        int before = a.exchanges().size();
        assertThat(house.answer(GatewayHarness.choice("a")).provider()).isEqualTo("b");
        assertThat(a.exchanges()).hasSize(before);
        a.otherwise(FINE);
        house.until("a", provider -> provider.breaker() == CircuitState.HALF_OPEN);
        assertThat(house.answer(GatewayHarness.choice("a")).provider()).isEqualTo("a");
        assertThat(house.state("a").breaker()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    @DisplayName("tells how providers fare")
    void state() throws Exception {
        house.vendor("a");
        house.open();
        assertThat(house.state("a").p50Millis()).isEmpty();
        house.text(house.answer(ModelSelection.ANY));
        house.until("a", provider -> provider.running() == 0);
        assertThat(house.state("a").healthy()).isTrue();
        assertThat(house.state("a").p50Millis()).isPresent();
        assertThat(house.state("a").p95Millis()).isPresent();
        assertThat(house.state().models())
                .extracting(model -> model.id() + " " + model.ownedBy())
                .containsExactly("a-1 a", "a/a-1 a");
    }

    @Test
    @DisplayName("looks at a vendor that is silent, and takes one that is gone for unwell")
    void probes() throws Exception {
        FakeProvider a = house.vendor("a");
        house.vendor("b");
        house.probe = Duration.ofMillis(100);
        house.open();
        assertThat(a.take().path()).isEqualTo("/v1/models");
        a.close();
        house.until("a", provider -> !provider.healthy());
        assertThat(house.state("a").lastError()).contains(Fault.UNREACHABLE);
        Resolved checked = GatewayHarness.now(house.bus.ask(Addresses.GATEWAY_CHECK, new Resolve(ModelSelection.ANY)));
        assertThat(checked.provider()).isEqualTo("b");
    }

    @Test
    @DisplayName("begins an answer anew elsewhere that broke in the middle, and counts its calls together")
    void midAnswer() throws Exception {
        FakeProvider a = house.vendor("a");
        FakeProvider b = house.vendor("b");
        FakeProvider c = house.vendor("c");
        a.then(ProviderScripts.problem(500, "{}")).then(ProviderScripts.cut(ProviderWireFormat.OPENAI, "half"));
        b.then(ProviderScripts.cut(ProviderWireFormat.OPENAI, "half"));
        house.open();
        AnswerHandle first = house.answer(ModelSelection.ANY);
        assertThat(first.calls()).isEqualTo(2);
        AnswerHandle second = GatewayHarness.now(house.goOn(first, CallOptions.USUAL));
        assertThat(second.provider()).isEqualTo("b");
        assertThat(second.calls()).isEqualTo(3);
        Future<AnswerHandle> third = house.goOn(second, CallOptions.USUAL.after(first));
        assertThat(GatewayHarness.refusal(third)).isInstanceOf(Problem.Unavailable.class);
        assertThat(c.exchanges()).isEmpty();
    }

    @Test
    @DisplayName("begins no answer anew when it is told not to, or when nobody is left")
    void noMidAnswer() throws Exception {
        FakeProvider a = house.vendor("a");
        a.then(ProviderScripts.cut(ProviderWireFormat.OPENAI, "half"));
        house.open();
        AnswerHandle first = house.answer(ModelSelection.ANY);
        assertThat(GatewayHarness.refusal(house.goOn(first, CallOptions.USUAL)).status()).isEqualTo(503);
        assertThat(a.exchanges()).hasSize(1);
    }

    private static Problem failed(String vendor, Fault fault) {
        return new Problem.ProviderFailed(vendor, fault, Optional.empty());
    }
}

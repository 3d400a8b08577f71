package io.parley.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.PriceList;
import io.parley.config.PriceList.Entry;
import io.parley.config.PriceList.Match;
import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.ModelSelection;
import io.parley.contract.Price;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage;
import io.parley.contract.UsageMessage;
import io.parley.contract.UsageMessage.EstimateResult;
import io.parley.contract.UsageMessage.Reserve;
import io.parley.contract.UsageMessage.Reserved;
import io.parley.gateway.GatewayHarness;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderScripts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Budget reservation of a call")
class ReservationClientTest {

    private final GatewayHarness harness = new GatewayHarness();
    private final Queue<Reserve> reserved = new ConcurrentLinkedQueue<>();
    private OptionalLong cost = OptionalLong.of(500);
    private Function<Reserve, Future<Reserved>> budget = _ -> Future.succeededFuture(new Reserved(false));

    @BeforeEach
    void start() throws Exception {
        harness.accounting = true;
        GatewayHarness.await(harness.bus.handle(
                Addresses.USAGE_ESTIMATE, _ -> Future.succeededFuture(new EstimateResult(10, 1000, cost))));
        GatewayHarness.await(harness.bus.handle(Addresses.USAGE_RESERVE, reserve -> {
            reserved.add(reserve);
            return budget.apply(reserve);
        }));
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    @DisplayName("is made before each attempt, under the attempt id")
    void eachAttempt() throws Exception {
        FakeProvider a = harness.provider("a");
        a.enqueue(ProviderScripts.errorResponse(500, "{}"));
        harness.prices = new PriceList(List.of(
                new Entry("a", "a-1", Match.EXACT, LocalDate.EPOCH, new Price("v7", 1_000_000, 1_000_000, 0, 0, 0))));
        harness.start();
        harness.text(harness.answer(ModelSelection.DEFAULT));
        assertThat(reserved).extracting(Reserve::attemptId).containsExactly("call_1.1", "call_1.2");
        assertThat(reserved).extracting(Reserve::micros).containsOnly(500L);
        List<UsageMessage.AttemptEnded> attempts = List.of(harness.endedAttempt(), harness.endedAttempt());
        assertThat(attempts).extracting(UsageMessage.AttemptEnded::id).containsExactly("call_1.1", "call_1.2");
        assertThat(attempts.getLast().priceVersion()).contains("v7");
        assertThat(attempts.getLast().usage().costMicros()).isPresent();
    }

    @Test
    @DisplayName("ends the request before any provider is called when the budget is spent")
    void spent() throws Exception {
        FakeProvider a = harness.provider("a");
        FakeProvider b = harness.provider("b");
        harness.start();
        budget = _ -> Future.failedFuture(new Problem.BudgetExceeded("user:ann").toException());
        assertThat(harness.rejection(ModelSelection.DEFAULT)).isEqualTo(new Problem.BudgetExceeded("user:ann"));
        assertThat(a.exchanges()).isEmpty();
        assertThat(b.exchanges()).isEmpty();
        assertThat(harness.state("a").inFlight()).isZero();
    }

    @Test
    @DisplayName("leads to another provider when one provider's budget is spent")
    void providersBudget() throws Exception {
        FakeProvider a = harness.provider("a");
        harness.provider("b");
        harness.start();
        budget = reserve -> reserve.provider().equals("a")
                ? Future.failedFuture(new Problem.BudgetExceeded("provider:a").toException())
                : Future.succeededFuture(new Reserved(false));
        assertThat(harness.answer(ModelSelection.DEFAULT).provider()).isEqualTo("b");
        assertThat(a.exchanges()).isEmpty();
    }

    @Test
    @DisplayName(
            "is released when the request is cancelled while the reservation is pending; no AttemptEnded event follows")
    void releasedOnCancel() throws Exception {
        FakeProvider a = harness.provider("a");
        harness.start();
        Promise<Reserved> held = Promise.promise();
        Promise<String> released = Promise.promise();
        List<String> attempts = new CopyOnWriteArrayList<>();
        GatewayHarness.await(harness.bus.subscribe(Addresses.ATTEMPT_ENDED, attempt -> attempts.add(attempt.id())));
        GatewayHarness.await(harness.bus.handle(Addresses.USAGE_RELEASE, release -> {
            released.complete(release.attemptId());
            return Future.succeededFuture(new StreamMessage.Ack());
        }));
        Promise<Void> requested = Promise.promise();
        budget = _ -> {
            requested.complete();
            return held.future();
        };
        Future<AnswerHandle> answer = harness.request(ModelSelection.DEFAULT);
        GatewayHarness.await(requested.future());
        harness.cancel("call_1");
        held.complete(new Reserved(false));
        assertThat(GatewayHarness.await(released.future())).isEqualTo("call_1.1");
        assertThat(GatewayHarness.rejection(answer)).isInstanceOf(Problem.Cancelled.class);
        assertThat(a.exchanges()).isEmpty();
        assertThat(attempts).isEmpty();
    }

    @Test
    @DisplayName("is released when the provider cannot make the attempt")
    void providerNotDeployed() throws Exception {
        harness.provider("a");
        harness.start();
        Promise<String> released = Promise.promise();
        GatewayHarness.await(harness.bus.handle(Addresses.USAGE_RELEASE, release -> {
            released.tryComplete(release.attemptId());
            return Future.succeededFuture(new StreamMessage.Ack());
        }));
        harness.closeProvider("a");
        assertThat(harness.rejection(ModelSelection.DEFAULT)).isInstanceOf(Problem.Unavailable.class);
        assertThat(GatewayHarness.await(released.future())).isEqualTo("call_1.1");
    }

    @Test
    @DisplayName("is not made when the cost cannot be estimated")
    void unknownCost() throws Exception {
        harness.provider("a");
        harness.start();
        cost = OptionalLong.empty();
        assertThat(harness.text(harness.answer(ModelSelection.DEFAULT))).isEqualTo("Hello, world");
        assertThat(reserved).isEmpty();
    }
}

package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.PriceList;
import io.parley.config.PriceList.Entry;
import io.parley.contract.Addresses;
import io.parley.contract.ModelSelection;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Price;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage;
import io.parley.contract.UsageMessage;
import io.parley.contract.UsageMessage.EstimateResult;
import io.parley.contract.UsageMessage.Reserve;
import io.parley.contract.UsageMessage.Reserved;
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

@DisplayName("Money for a call")
class ReservationClientTest {

    private final GatewayHarness house = new GatewayHarness();
    private final Queue<Reserve> reserved = new ConcurrentLinkedQueue<>();
    private OptionalLong cost = OptionalLong.of(500);
    private Function<Reserve, Future<Reserved>> budget = _ -> Future.succeededFuture(new Reserved(false));

    @BeforeEach
    void count() throws Exception {
        house.counted = true;
        GatewayHarness.now(
                house.bus.answer(Addresses.USAGE_ESTIMATE, _ -> Future.succeededFuture(new EstimateResult(10, 1000, cost))));
        GatewayHarness.now(house.bus.answer(Addresses.USAGE_RESERVE, reserve -> {
            reserved.add(reserve);
            return budget.apply(reserve);
        }));
    }

    @AfterEach
    void close() throws Exception {
        house.close();
    }

    @Test
    @DisplayName("is set aside before each attempt, under the attempt's id")
    void eachAttempt() throws Exception {
        FakeProvider a = house.vendor("a");
        a.then(ProviderScripts.problem(500, "{}"));
        house.prices = new PriceList(
                List.of(new Entry("a", "a-1", false, LocalDate.EPOCH, new Price("v7", 1_000_000, 1_000_000, 0, 0, 0))));
        house.open();
        house.text(house.answer(ModelSelection.ANY));
        assertThat(reserved).extracting(Reserve::attemptId).containsExactly("call_1.1", "call_1.2");
        assertThat(reserved).extracting(Reserve::micros).containsOnly(500L);
        List<UsageMessage.AttemptEnded> told = List.of(house.ended(), house.ended());
        assertThat(told).extracting(UsageMessage.AttemptEnded::id).containsExactly("call_1.1", "call_1.2");
        assertThat(told.getLast().priceVersion()).contains("v7");
        assertThat(told.getLast().usage().costMicros()).isPresent();
    }

    @Test
    @DisplayName("that a budget does not hold ends the request before any vendor is asked")
    void spent() throws Exception {
        FakeProvider a = house.vendor("a");
        FakeProvider b = house.vendor("b");
        house.open();
        budget = _ -> Future.failedFuture(new Problem.BudgetExceeded("user:ann").toException());
        assertThat(house.refusal(ModelSelection.ANY)).isEqualTo(new Problem.BudgetExceeded("user:ann"));
        assertThat(a.exchanges()).isEmpty();
        assertThat(b.exchanges()).isEmpty();
        assertThat(house.state("a").running()).isZero();
    }

    @Test
    @DisplayName("that one provider's budget does not hold is spent at another")
    void providersBudget() throws Exception {
        FakeProvider a = house.vendor("a");
        house.vendor("b");
        house.open();
        budget = reserve -> reserve.provider().equals("a")
                ? Future.failedFuture(new Problem.BudgetExceeded("provider:a").toException())
                : Future.succeededFuture(new Reserved(false));
        assertThat(house.answer(ModelSelection.ANY).provider()).isEqualTo("b");
        assertThat(a.exchanges()).isEmpty();
    }

    @Test
    @DisplayName(
            "is given back when the request is given up while it is being set aside, and no end of an attempt is told")
    void givenBack() throws Exception {
        FakeProvider a = house.vendor("a");
        house.open();
        Promise<Reserved> held = Promise.promise();
        Promise<String> released = Promise.promise();
        List<String> told = new CopyOnWriteArrayList<>();
        GatewayHarness.now(house.bus.listen(Addresses.ATTEMPT_ENDED, attempt -> told.add(attempt.id())));
        GatewayHarness.now(house.bus.answer(Addresses.USAGE_RELEASE, release -> {
            released.complete(release.attemptId());
            return Future.succeededFuture(new StreamMessage.Ack());
        }));
        Promise<Void> asked = Promise.promise();
        budget = _ -> {
            asked.complete();
            return held.future();
        };
        Future<AnswerHandle> answer = house.ask(ModelSelection.ANY);
        GatewayHarness.now(asked.future());
        house.cancel("call_1");
        held.complete(new Reserved(false));
        assertThat(GatewayHarness.now(released.future())).isEqualTo("call_1.1");
        assertThat(GatewayHarness.refusal(answer)).isInstanceOf(Problem.Cancelled.class);
        assertThat(a.exchanges()).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    @DisplayName("is given back when the provider is not there to make an attempt")
    void nobodyThere() throws Exception {
        house.vendor("a");
        house.open();
        Promise<String> released = Promise.promise();
        GatewayHarness.now(house.bus.answer(Addresses.USAGE_RELEASE, release -> {
            released.tryComplete(release.attemptId());
            return Future.succeededFuture(new StreamMessage.Ack());
        }));
        house.closeProvider("a");
        assertThat(house.refusal(ModelSelection.ANY)).isInstanceOf(Problem.Unavailable.class);
        assertThat(GatewayHarness.now(released.future())).isEqualTo("call_1.1");
    }

    @Test
    @DisplayName("of which nobody knows how much it is is not set aside")
    void unknown() throws Exception {
        house.vendor("a");
        house.open();
        cost = OptionalLong.empty();
        assertThat(house.text(house.answer(ModelSelection.ANY))).isEqualTo("Hello, world");
        assertThat(reserved).isEmpty();
    }
}

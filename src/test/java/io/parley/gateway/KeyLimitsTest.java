package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.AuthMessage.Grant;
import io.parley.contract.Choice;
import io.parley.contract.GatewayMessage.Answering;
import io.parley.contract.GatewayMessage.Caching;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GatewayMessage.Terms;
import io.parley.contract.Origin;
import io.parley.contract.Problem;
import io.parley.contract.Prompt;
import io.parley.contract.Said;
import io.parley.testing.FakeVendor;
import io.parley.testing.Scripts;
import io.parley.testing.Wire;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A key's limits")
class KeyLimitsTest {

    private static final OptionalInt UNLIMITED = OptionalInt.empty();

    private final House house = new House();

    @AfterEach
    void close() throws Exception {
        house.close();
    }

    @Test
    @DisplayName("let in so many requests a minute, refuse the next with how long to wait, and keep no other key")
    void requests() throws Exception {
        house.vendor("a");
        house.open();
        Grant two = new Grant("key_1", Set.of(), OptionalInt.of(2), UNLIMITED);
        Answering first = House.now(ask(two, 100));
        assertThat(first.allowance().orElseThrow().requests().orElseThrow().limit())
                .isEqualTo(2);
        assertThat(first.allowance().orElseThrow().requests().orElseThrow().left())
                .isEqualTo(1);
        assertThat(first.allowance().orElseThrow().tokens()).isEmpty();
        House.now(ask(two, 100));
        assertThat(House.refusal(ask(two, 100)))
                .isInstanceOfSatisfying(
                        Problem.RateLimited.class,
                        limited ->
                                assertThat(limited.pause()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30)));
        House.now(ask(new Grant("key_2", Set.of(), OptionalInt.of(2), UNLIMITED), 100));
        House.now(ask(new Grant("key_3", Set.of()), 100));
    }

    @Test
    @DisplayName("take the estimate of tokens first, and give back what the answer did not need")
    void tokens() throws Exception {
        FakeVendor vendor = house.vendor("a");
        vendor.then(answer(10, 20)).otherwise(Scripts.stall(Wire.OPENAI, "Hi"));
        house.open();
        Grant thousand = new Grant("key_1", Set.of(), UNLIMITED, OptionalInt.of(1000));
        Answering first = House.now(ask(thousand, 900));
        house.rest(first);
        house.ended();
        Answering second = House.now(ask(thousand, 900));
        assertThat(second.allowance().orElseThrow().tokens().orElseThrow().left())
                .isBetween(50L, 100L);
        assertThat(House.refusal(ask(thousand, 900))).isInstanceOf(Problem.RateLimited.class);
    }

    @Test
    @DisplayName("make whoever used more than was estimated wait for it afterwards")
    void debt() throws Exception {
        FakeVendor vendor = house.vendor("a");
        vendor.otherwise(answer(10, 5000));
        house.open();
        Grant thousand = new Grant("key_1", Set.of(), UNLIMITED, OptionalInt.of(1000));
        house.rest(House.now(ask(thousand, 100)));
        house.ended();
        assertThat(House.refusal(ask(thousand, 1)))
                .isInstanceOfSatisfying(
                        Problem.RateLimited.class,
                        limited -> assertThat(limited.pause()).isGreaterThan(Duration.ofMinutes(3)));
    }

    @Test
    @DisplayName("take no tokens for a request that fails, or that is answered from what is kept")
    void nothing() throws Exception {
        FakeVendor vendor = house.vendor("a");
        vendor.then(Scripts.problem(400, "{}"));
        vendor.otherwise(answer(10, 20));
        house.open();
        Grant thousand = new Grant("key_1", Set.of(), UNLIMITED, OptionalInt.of(1000));
        House.refusal(ask(thousand, 900));
        house.ended();
        house.rest(House.now(ask(thousand, 900, OptionalDouble.of(0))));
        house.ended();
        Answering kept = House.now(ask(thousand, 900, OptionalDouble.of(0)));
        assertThat(kept.cached()).isTrue();
        assertThat(kept.allowance().orElseThrow().tokens().orElseThrow().left()).isGreaterThan(900);
    }

    @Test
    @DisplayName("hold for models too: one that the key does not allow is refused, and stands in for none")
    void models() throws Exception {
        FakeVendor a = house.vendor("a");
        FakeVendor b = house.vendor("b");
        house.open();
        Grant onlyA = new Grant("key_1", Set.of("a/*"));
        assertThat(House.refusal(ask(onlyA, House.choice("b")))).isEqualTo(new Problem.ModelNotAllowed());
        a.then(Scripts.problem(401, "{}"));
        assertThat(House.refusal(ask(onlyA, House.choice("a"))).status()).isEqualTo(502);
        assertThat(b.exchanges()).isEmpty();
        assertThat(House.now(ask(onlyA, Choice.ANY)).provider()).isEqualTo("a");
    }

    private Future<Answering> ask(Grant grant, int maxTokens) {
        return ask(grant, maxTokens, OptionalDouble.empty());
    }

    private Future<Answering> ask(Grant grant, int maxTokens, OptionalDouble temperature) {
        Prompt prompt = new Prompt(List.of(Said.user("Hi")), temperature, OptionalInt.of(maxTokens), Optional.empty());
        return house.ask(new Open(house.nextId(), origin(grant), Choice.ANY, prompt, terms(grant)));
    }

    private Future<Answering> ask(Grant grant, Choice choice) {
        return house.ask(new Open(house.nextId(), origin(grant), choice, House.HELLO, terms(grant)));
    }

    private static Terms terms(Grant grant) {
        return Terms.of(Priority.NORMAL, Caching.USUAL).by(Optional.of(grant));
    }

    private static Origin origin(Grant grant) {
        return new Origin("req_1", grant.keyId(), Optional.empty(), Optional.empty(), Optional.of(grant.keyId()));
    }

    private static FakeVendor.Script answer(int input, int output) {
        Wire wire = Wire.OPENAI;
        return exchange -> exchange.stream(wire)
                .finish(wire.begin() + wire.token("Hi") + wire.finish(wire.stop(), input, output) + wire.end());
    }
}

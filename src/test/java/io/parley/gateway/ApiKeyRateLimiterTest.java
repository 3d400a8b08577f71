package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.AuthMessage.ApiKeyGrant;
import io.parley.contract.ModelSelection;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.RequestContext;
import io.parley.contract.Problem;
import io.parley.contract.Prompt;
import io.parley.contract.ChatMessage;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
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
class ApiKeyRateLimiterTest {

    private static final OptionalInt UNLIMITED = OptionalInt.empty();

    private final GatewayHarness house = new GatewayHarness();

    @AfterEach
    void close() throws Exception {
        house.close();
    }

    @Test
    @DisplayName("let in so many requests a minute, refuse the next with how long to wait, and keep no other key")
    void requests() throws Exception {
        house.vendor("a");
        house.open();
        ApiKeyGrant two = new ApiKeyGrant("key_1", Set.of(), OptionalInt.of(2), UNLIMITED);
        AnswerHandle first = GatewayHarness.now(ask(two, 100));
        assertThat(first.allowance().orElseThrow().requests().orElseThrow().limit())
                .isEqualTo(2);
        assertThat(first.allowance().orElseThrow().requests().orElseThrow().left())
                .isEqualTo(1);
        assertThat(first.allowance().orElseThrow().tokens()).isEmpty();
        GatewayHarness.now(ask(two, 100));
        assertThat(GatewayHarness.refusal(ask(two, 100)))
                .isInstanceOfSatisfying(
                        Problem.RateLimited.class,
                        limited ->
                                assertThat(limited.pause()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30)));
        GatewayHarness.now(ask(new ApiKeyGrant("key_2", Set.of(), OptionalInt.of(2), UNLIMITED), 100));
        GatewayHarness.now(ask(new ApiKeyGrant("key_3", Set.of()), 100));
    }

    @Test
    @DisplayName("take the estimate of tokens first, and give back what the answer did not need")
    void tokens() throws Exception {
        FakeProvider vendor = house.vendor("a");
        vendor.then(answer(10, 20)).otherwise(ProviderScripts.stall(ProviderWireFormat.OPENAI, "Hi"));
        house.open();
        ApiKeyGrant thousand = new ApiKeyGrant("key_1", Set.of(), UNLIMITED, OptionalInt.of(1000));
        AnswerHandle first = GatewayHarness.now(ask(thousand, 900));
        house.rest(first);
        house.ended();
        AnswerHandle second = GatewayHarness.now(ask(thousand, 900));
        assertThat(second.allowance().orElseThrow().tokens().orElseThrow().left())
                .isBetween(50L, 100L);
        assertThat(GatewayHarness.refusal(ask(thousand, 900))).isInstanceOf(Problem.RateLimited.class);
    }

    @Test
    @DisplayName("make whoever used more than was estimated wait for it afterwards")
    void debt() throws Exception {
        FakeProvider vendor = house.vendor("a");
        vendor.otherwise(answer(10, 5000));
        house.open();
        ApiKeyGrant thousand = new ApiKeyGrant("key_1", Set.of(), UNLIMITED, OptionalInt.of(1000));
        house.rest(GatewayHarness.now(ask(thousand, 100)));
        house.ended();
        assertThat(GatewayHarness.refusal(ask(thousand, 1)))
                .isInstanceOfSatisfying(
                        Problem.RateLimited.class,
                        limited -> assertThat(limited.pause()).isGreaterThan(Duration.ofMinutes(3)));
    }

    @Test
    @DisplayName("take no tokens for a request that fails, or that is answered from what is kept")
    void nothing() throws Exception {
        FakeProvider vendor = house.vendor("a");
        vendor.then(ProviderScripts.problem(400, "{}"));
        vendor.otherwise(answer(10, 20));
        house.open();
        ApiKeyGrant thousand = new ApiKeyGrant("key_1", Set.of(), UNLIMITED, OptionalInt.of(1000));
        GatewayHarness.refusal(ask(thousand, 900));
        house.ended();
        house.rest(GatewayHarness.now(ask(thousand, 900, OptionalDouble.of(0))));
        house.ended();
        AnswerHandle kept = GatewayHarness.now(ask(thousand, 900, OptionalDouble.of(0)));
        assertThat(kept.cached()).isTrue();
        assertThat(kept.allowance().orElseThrow().tokens().orElseThrow().left()).isGreaterThan(900);
    }

    @Test
    @DisplayName("hold for models too: one that the key does not allow is refused, and stands in for none")
    void models() throws Exception {
        FakeProvider a = house.vendor("a");
        FakeProvider b = house.vendor("b");
        house.open();
        ApiKeyGrant onlyA = new ApiKeyGrant("key_1", Set.of("a/*"));
        assertThat(GatewayHarness.refusal(ask(onlyA, GatewayHarness.choice("b")))).isEqualTo(new Problem.ModelNotAllowed());
        a.then(ProviderScripts.problem(401, "{}"));
        assertThat(GatewayHarness.refusal(ask(onlyA, GatewayHarness.choice("a"))).status()).isEqualTo(502);
        assertThat(b.exchanges()).isEmpty();
        assertThat(GatewayHarness.now(ask(onlyA, ModelSelection.ANY)).provider()).isEqualTo("a");
    }

    private Future<AnswerHandle> ask(ApiKeyGrant grant, int maxTokens) {
        return ask(grant, maxTokens, OptionalDouble.empty());
    }

    private Future<AnswerHandle> ask(ApiKeyGrant grant, int maxTokens, OptionalDouble temperature) {
        Prompt prompt = new Prompt(List.of(ChatMessage.user("Hi")), temperature, OptionalInt.of(maxTokens), Optional.empty());
        return house.ask(new Open(house.nextId(), origin(grant), ModelSelection.ANY, prompt, terms(grant)));
    }

    private Future<AnswerHandle> ask(ApiKeyGrant grant, ModelSelection choice) {
        return house.ask(new Open(house.nextId(), origin(grant), choice, GatewayHarness.HELLO, terms(grant)));
    }

    private static CallOptions terms(ApiKeyGrant grant) {
        return CallOptions.of(Priority.NORMAL, CachePolicy.USUAL).by(Optional.of(grant));
    }

    private static RequestContext origin(ApiKeyGrant grant) {
        return new RequestContext("req_1", grant.keyId(), Optional.empty(), Optional.empty(), Optional.of(grant.keyId()));
    }

    private static FakeProvider.ResponseScript answer(int input, int output) {
        ProviderWireFormat wire = ProviderWireFormat.OPENAI;
        return exchange -> exchange.stream(wire)
                .finish(wire.begin() + wire.token("Hi") + wire.finish(wire.stop(), input, output) + wire.end());
    }
}

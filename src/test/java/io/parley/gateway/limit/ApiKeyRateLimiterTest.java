package io.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.AuthMessage.ApiKeyGrant;
import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GenerationOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.Prompt;
import io.parley.contract.RequestContext;
import io.parley.gateway.GatewayHarness;
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

@DisplayName("Rate limits of an API key")
class ApiKeyRateLimiterTest {

    private static final OptionalInt UNLIMITED = OptionalInt.empty();

    private final GatewayHarness harness = new GatewayHarness();

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    @DisplayName("requests per minute are limited for each key, with a retry delay")
    void requests() throws Exception {
        harness.provider("a");
        harness.start();
        ApiKeyGrant two = new ApiKeyGrant("key_1", Set.of(), OptionalInt.of(2), UNLIMITED);
        AnswerHandle first = GatewayHarness.await(send(two, 100));
        assertThat(first.rateLimits().orElseThrow().requests().orElseThrow().limit())
                .hasValue(2);
        assertThat(first.rateLimits().orElseThrow().requests().orElseThrow().remaining())
                .isEqualTo(1);
        assertThat(first.rateLimits().orElseThrow().tokens()).isEmpty();
        GatewayHarness.await(send(two, 100));
        assertThat(GatewayHarness.rejection(send(two, 100)))
                .isInstanceOfSatisfying(
                        Problem.RateLimited.class,
                        limited -> assertThat(limited.retryAfter())
                                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30)));
        GatewayHarness.await(send(new ApiKeyGrant("key_2", Set.of(), OptionalInt.of(2), UNLIMITED), 100));
        GatewayHarness.await(send(new ApiKeyGrant("key_3", Set.of()), 100));
    }

    @Test
    @DisplayName("the estimated tokens are charged first, and the unused ones are returned")
    void tokens() throws Exception {
        FakeProvider provider = harness.provider("a");
        provider.enqueue(answer(10, 20)).defaultScript(ProviderScripts.stall(ProviderWireFormat.OPENAI, "Hi"));
        harness.start();
        ApiKeyGrant thousand = new ApiKeyGrant("key_1", Set.of(), UNLIMITED, OptionalInt.of(1000));
        AnswerHandle first = GatewayHarness.await(send(thousand, 900));
        harness.readAll(first);
        harness.endedAttempt();
        AnswerHandle second = GatewayHarness.await(send(thousand, 900));
        assertThat(second.rateLimits().orElseThrow().tokens().orElseThrow().remaining())
                .isBetween(50L, 100L);
        assertThat(GatewayHarness.rejection(send(thousand, 900))).isInstanceOf(Problem.RateLimited.class);
    }

    @Test
    @DisplayName("tokens used beyond the estimate delay later requests")
    void debt() throws Exception {
        FakeProvider provider = harness.provider("a");
        provider.defaultScript(answer(10, 5000));
        harness.start();
        ApiKeyGrant thousand = new ApiKeyGrant("key_1", Set.of(), UNLIMITED, OptionalInt.of(1000));
        harness.readAll(GatewayHarness.await(send(thousand, 100)));
        harness.endedAttempt();
        assertThat(GatewayHarness.rejection(send(thousand, 1)))
                .isInstanceOfSatisfying(
                        Problem.RateLimited.class,
                        limited -> assertThat(limited.retryAfter()).isGreaterThan(Duration.ofMinutes(3)));
    }

    @Test
    @DisplayName("a failed or cached answer uses no tokens")
    void noTokensUsed() throws Exception {
        FakeProvider provider = harness.provider("a");
        provider.enqueue(ProviderScripts.errorResponse(400, "{}"));
        provider.defaultScript(answer(10, 20));
        harness.start();
        ApiKeyGrant thousand = new ApiKeyGrant("key_1", Set.of(), UNLIMITED, OptionalInt.of(1000));
        GatewayHarness.rejection(send(thousand, 900));
        harness.endedAttempt();
        harness.readAll(GatewayHarness.await(send(thousand, 900, OptionalDouble.of(0))));
        harness.endedAttempt();
        AnswerHandle cached = GatewayHarness.await(send(thousand, 900, OptionalDouble.of(0)));
        assertThat(cached.cached()).isTrue();
        assertThat(cached.rateLimits().orElseThrow().tokens().orElseThrow().remaining())
                .isGreaterThan(900);
    }

    @Test
    @DisplayName("a model that the key does not allow is rejected and not used as a fallback")
    void models() throws Exception {
        FakeProvider a = harness.provider("a");
        FakeProvider b = harness.provider("b");
        harness.start();
        ApiKeyGrant onlyA = new ApiKeyGrant("key_1", Set.of("a/*"));
        assertThat(GatewayHarness.rejection(send(onlyA, GatewayHarness.selection("b"))))
                .isEqualTo(new Problem.ModelNotAllowed());
        a.enqueue(ProviderScripts.errorResponse(401, "{}"));
        assertThat(GatewayHarness.rejection(send(onlyA, GatewayHarness.selection("a")))
                        .status())
                .isEqualTo(502);
        assertThat(b.exchanges()).isEmpty();
        assertThat(GatewayHarness.await(send(onlyA, ModelSelection.DEFAULT)).provider())
                .isEqualTo("a");
    }

    private Future<AnswerHandle> send(ApiKeyGrant grant, int maxTokens) {
        return send(grant, maxTokens, OptionalDouble.empty());
    }

    private Future<AnswerHandle> send(ApiKeyGrant grant, int maxTokens, OptionalDouble temperature) {
        Prompt prompt = new Prompt(
                List.of(ChatMessage.user("Hi")), GenerationOptions.of(temperature, OptionalInt.of(maxTokens)));
        return harness.request(
                new Open(harness.nextId(), requestContext(grant), ModelSelection.DEFAULT, prompt, callOptions(grant)));
    }

    private Future<AnswerHandle> send(ApiKeyGrant grant, ModelSelection selection) {
        return harness.request(
                new Open(harness.nextId(), requestContext(grant), selection, GatewayHarness.HELLO, callOptions(grant)));
    }

    private static CallOptions callOptions(ApiKeyGrant grant) {
        return CallOptions.of(Priority.NORMAL, CachePolicy.DEFAULT).withGrant(Optional.of(grant));
    }

    private static RequestContext requestContext(ApiKeyGrant grant) {
        return new RequestContext(
                "req_1", grant.keyId(), Optional.empty(), Optional.empty(), Optional.of(grant.keyId()));
    }

    private static FakeProvider.ResponseScript answer(int input, int output) {
        ProviderWireFormat wire = ProviderWireFormat.OPENAI;
        return exchange -> exchange.startStream(wire)
                .finish(wire.begin() + wire.token("Hi") + wire.finish(wire.stop(), input, output) + wire.end());
    }
}

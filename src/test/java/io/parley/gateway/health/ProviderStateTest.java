package io.parley.gateway.health;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig;
import io.parley.config.ProviderConfig;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.gateway.limit.ProviderLimiter;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@DisplayName("The state of a provider")
@ExtendWith(VertxExtension.class)
class ProviderStateTest {

    private static final Problem UNREADABLE = new Problem.ProviderFailed("a", Fault.PROTOCOL, Optional.empty());

    @SuppressWarnings("NullAway.Init")
    private ProviderState provider;

    @BeforeEach
    void create(Vertx vertx) {
        ProviderConfig config;
        try (FakeProvider fake = FakeProvider.start()) {
            config = fake.config("a", ProviderWireFormat.OPENAI);
        }
        provider = new ProviderState(
                config,
                () -> 0,
                new ProviderLimiter(new GatewayConfig.Limits(OptionalInt.empty(), OptionalInt.empty(), 2), () -> 0),
                new ProviderCircuitBreaker(vertx, "a", new GatewayConfig.Breaker(3, 20, Duration.ofMillis(200))));
    }

    @Test
    @DisplayName("is not affected by one request that is answered unreadably, however often it is tried")
    void oneRequest() {
        for (int attempt = 0; attempt < 50; attempt++) {
            provider.onRejected("call_1", UNREADABLE);
        }
        assertThat(provider.breaker().state()).isEqualTo(CircuitState.CLOSED);
        assertThat(provider.isHealthy()).isTrue();
    }

    @Test
    @DisplayName("is not affected by answers that begin well and become unreadable")
    void midAnswer() {
        for (int call = 0; call < 50; call++) {
            provider.onFirstToken(Duration.ZERO);
            provider.onEnded(Optional.of(UNREADABLE));
        }
        assertThat(provider.breaker().state()).isEqualTo(CircuitState.CLOSED);
        assertThat(provider.isHealthy()).isTrue();
    }

    @Test
    @DisplayName("is unhealthy and its circuit opens if many different requests in a row get nothing readable")
    void manyRequests() {
        for (int call = 1; call <= 4; call++) {
            provider.onRejected("call_" + call, UNREADABLE);
        }
        assertThat(provider.breaker().state()).isEqualTo(CircuitState.CLOSED);
        provider.onRejected("call_5", UNREADABLE);
        assertThat(provider.breaker().state()).isEqualTo(CircuitState.OPEN);
        assertThat(provider.isHealthy()).isFalse();
    }

    @Test
    @DisplayName("has its circuit opened again only if several different trial requests get nothing readable")
    void trials() throws Exception {
        for (int call = 0; call < 3; call++) {
            provider.onEnded(Optional.of(new Problem.ProviderFailed("a", Fault.ERROR, Optional.empty())));
        }
        eventually(() -> assertThat(provider.breaker().state()).isEqualTo(CircuitState.HALF_OPEN));
        trial("call_1");
        trial("call_1");
        trial("call_2");
        assertThat(provider.breaker().state()).isEqualTo(CircuitState.HALF_OPEN);
        trial("call_3");
        assertThat(provider.breaker().state()).isEqualTo(CircuitState.OPEN);
    }

    private void trial(String requestId) {
        provider.breaker()
                .guard(() -> Future.failedFuture(UNREADABLE.toException())
                        .onFailure(_ -> provider.onRejected(requestId, UNREADABLE)));
    }

    @Test
    @DisplayName("starts to count unreadable answers anew after a readable one")
    void readable() {
        for (int call = 0; call < 50; call++) {
            provider.onRejected("call_" + call, UNREADABLE);
            if (call % 2 == 1) {
                provider.onFirstToken(Duration.ZERO);
            }
        }
        assertThat(provider.breaker().state()).isEqualTo(CircuitState.CLOSED);
        assertThat(provider.isHealthy()).isTrue();
    }
}

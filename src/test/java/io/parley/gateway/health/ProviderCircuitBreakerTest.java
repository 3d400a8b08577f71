package io.parley.gateway.health;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@DisplayName("Circuit breaker of a provider")
@ExtendWith(VertxExtension.class)
class ProviderCircuitBreakerTest {

    private static final Duration RESET_TIMEOUT = Duration.ofMillis(200);

    private Vertx vertx;
    private final AtomicInteger calls = new AtomicInteger();
    private ProviderCircuitBreaker breaker;

    @BeforeEach
    void open(Vertx vertx) {
        this.vertx = vertx;
        breaker = new ProviderCircuitBreaker(vertx, "a", new GatewayConfig.Breaker(10, 20, RESET_TIMEOUT));
    }

    @Test
    @DisplayName("opens at the tenth failure among twenty calls, despite successes in between")
    void opens() {
        for (int call = 0; call < 9; call++) {
            breaker.recordResult(true);
            breaker.recordResult(false);
        }
        assertThat(breaker.state()).isEqualTo(CircuitState.CLOSED);
        breaker.recordResult(true);
        assertThat(breaker.state()).isEqualTo(CircuitState.OPEN);
    }

    @Test
    @DisplayName("stays closed with fewer failures")
    void staysClosed() {
        for (int call = 0; call < 200; call++) {
            breaker.recordResult(call % 20 < 9);
        }
        assertThat(breaker.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    @DisplayName("makes no call while it is open")
    void open() throws Exception {
        openCircuit();
        for (int call = 0; call < 50; call++) {
            Future<String> refused = breaker.guard(this::succeed);
            assertThat(ProviderCircuitBreaker.isCallNotPermitted(cause(refused)))
                    .isTrue();
        }
        assertThat(calls).hasValue(0);
    }

    @Test
    @DisplayName("makes one trial call after the reset timeout, and closes when it succeeds")
    void halfOpen() throws Exception {
        openCircuit();
        awaitHalfOpen();
        assertThat(breaker.state()).isEqualTo(CircuitState.HALF_OPEN);
        Promise<String> probe = Promise.promise();
        Future<String> first = breaker.guard(() -> {
            calls.incrementAndGet();
            return probe.future();
        });
        for (int call = 0; call < 50; call++) {
            assertThat(breaker.admits()).isFalse();
            assertThat(ProviderCircuitBreaker.isCallNotPermitted(cause(breaker.guard(this::succeed))))
                    .isTrue();
        }
        assertThat(calls).hasValue(1);
        probe.complete("fine");
        assertThat(first.await(5, TimeUnit.SECONDS)).isEqualTo("fine");
        assertThat(breaker.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    @DisplayName("opens again when the trial call fails, and tries again after the next reset timeout")
    void trialFails() throws Exception {
        openCircuit();
        awaitHalfOpen();
        assertThat(Problem.of(cause(breaker.guard(() -> fail(Fault.NO_RESPONSE)))))
                .isInstanceOf(Problem.ProviderFailed.class);
        assertThat(breaker.state()).isEqualTo(CircuitState.OPEN);
        awaitHalfOpen();
        assertThat(breaker.guard(this::succeed).await(5, TimeUnit.SECONDS)).isEqualTo("good");
        assertThat(breaker.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    @DisplayName("counts a rejected request as a success")
    void refusal() throws Exception {
        openCircuit();
        awaitHalfOpen();
        cause(breaker.guard(() -> fail(Fault.REJECTED)));
        assertThat(breaker.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    @DisplayName("stays half-open after an unreadable answer to its trial call, and makes the next call as a trial")
    void unreadable() throws Exception {
        openCircuit();
        awaitHalfOpen();
        for (int call = 0; call < 5; call++) {
            cause(breaker.guard(() -> fail(Fault.PROTOCOL)));
            assertThat(breaker.state()).isEqualTo(CircuitState.HALF_OPEN);
            assertThat(breaker.admits()).isTrue();
        }
        assertThat(breaker.guard(this::succeed).await(5, TimeUnit.SECONDS)).isEqualTo("good");
        assertThat(breaker.state()).isEqualTo(CircuitState.CLOSED);
    }

    @Test
    @DisplayName("does not take the end of a call from before it opened for that of its trial call")
    void earlierCall() throws Exception {
        Promise<String> early = Promise.promise();
        breaker.guard(early::future);
        openCircuit();
        awaitHalfOpen();
        Promise<String> probe = Promise.promise();
        breaker.guard(probe::future);
        early.complete("late");
        assertThat(breaker.admits()).isFalse();
        assertThat(breaker.state()).isEqualTo(CircuitState.HALF_OPEN);
        probe.complete("fine");
        assertThat(breaker.state()).isEqualTo(CircuitState.CLOSED);
    }

    private void openCircuit() {
        for (int call = 0; call < 10; call++) {
            breaker.recordResult(true);
        }
    }

    private void awaitHalfOpen() throws Exception {
        eventually(() -> assertThat(breaker.state()).isEqualTo(CircuitState.HALF_OPEN));
    }

    private Future<String> succeed() {
        calls.incrementAndGet();
        return Future.succeededFuture("good");
    }

    private static Future<String> fail(Fault fault) {
        return Future.failedFuture(new Problem.ProviderFailed("a", fault, Optional.empty()).toException());
    }

    private static Throwable cause(Future<?> failing) throws Exception {
        try {
            failing.await(5, TimeUnit.SECONDS);
            throw new AssertionError("the call did not fail");
        } catch (RuntimeException failed) {
            return failed;
        }
    }
}

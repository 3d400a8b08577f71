package io.parley.gateway.health;

import io.parley.config.GatewayConfig;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.Problem;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * Rejects calls to a provider that fails too often. States, reset timeout and the single half-open probe are those of Vert.x. When to
 * open is decided here: Vert.x resets its failure count with every success, so a provider that fails half of its calls would never open
 * the circuit.
 */
public final class ProviderCircuitBreaker {

    private final CircuitBreaker circuit;
    private final FailureWindow window;
    private final int maxFailures;
    private boolean probing;

    ProviderCircuitBreaker(Vertx vertx, String name, GatewayConfig.Breaker config) {
        this.circuit = CircuitBreaker.create(
                name,
                vertx,
                new CircuitBreakerOptions()
                        .setMaxFailures(Integer.MAX_VALUE)
                        .setTimeout(-1) // the provider has its own timers
                        .setResetTimeout(config.resetTimeout().toMillis()));
        circuit.failurePolicy(result -> result.failed() && !isRejectedRequest(Problem.of(result.cause())));
        this.window = new FailureWindow(config.windowSize());
        this.maxFailures = config.failureThreshold() - 1;
    }

    /** Whether a call would be permitted now. */
    boolean admits() {
        return switch (state()) {
            case CLOSED -> true;
            case OPEN -> false;
            case HALF_OPEN -> !probing;
        };
    }

    /** Makes the call if it is permitted. {@link #isCallNotPermitted} distinguishes a rejected call from a failed one. */
    public <T> Future<T> guard(Supplier<Future<T>> call) {
        if (!admits()) {
            return Future.failedFuture(OpenCircuitException.INSTANCE);
        }
        probing = state() == CircuitState.HALF_OPEN;
        return circuit.execute(call).onComplete(_ -> probing = false);
    }

    public static boolean isCallNotPermitted(Throwable cause) {
        return cause instanceof OpenCircuitException;
    }

    /** Records the result of a call, once per call. */
    void recordResult(boolean failed) {
        window.add(failed);
        if (window.failures() > maxFailures && state() == CircuitState.CLOSED) {
            window.clear();
            circuit.open();
        }
    }

    CircuitState state() {
        return switch (circuit.state()) {
            case CLOSED -> CircuitState.CLOSED;
            case OPEN -> CircuitState.OPEN;
            case HALF_OPEN -> CircuitState.HALF_OPEN;
        };
    }

    /** A provider that rejects an invalid request is healthy. */
    private static boolean isRejectedRequest(Problem problem) {
        return problem instanceof Problem.ProviderFailed failed
                && switch (failed.fault()) {
                    case REJECTED, TOO_LONG, UNKNOWN_MODEL -> true;
                    case AUTH, QUOTA, RATE_LIMITED, OVERLOADED, ERROR, UNREACHABLE -> false;
                    case TRUNCATED, PROTOCOL, OUTPUT_LIMIT, NO_RESPONSE, STALLED -> false;
                };
    }
}

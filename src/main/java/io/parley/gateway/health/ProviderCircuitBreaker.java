package io.parley.gateway.health;

import io.parley.config.GatewayConfig;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.Problem;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.AsyncResult;
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
        if (state() != CircuitState.HALF_OPEN) {
            return Future.succeededFuture().compose(_ -> call.get());
        }
        probing = true;
        return Future.succeededFuture().compose(_ -> call.get()).onComplete(this::onProbed);
    }

    private void onProbed(AsyncResult<?> result) {
        probing = false;
        if (state() != CircuitState.HALF_OPEN) {
            return; // it was decided otherwise meanwhile
        }
        switch (result.succeeded() ? Verdict.HEALTHY : verdict(Problem.of(result.cause()))) {
            case HEALTHY -> circuit.reset();
            case UNHEALTHY -> circuit.open();
            case UNKNOWN -> {} // the next call is a trial, too
        }
    }

    /** Opens the circuit again if it is half-open, because the provider is known to be broken. */
    void reopen() {
        if (state() == CircuitState.HALF_OPEN) {
            circuit.open();
        }
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

    /** What a failed call says about the provider's health. */
    private enum Verdict {
        HEALTHY,
        UNHEALTHY,
        UNKNOWN
    }

    /** A provider that rejects an invalid request is healthy; one unreadable answer says nothing about the next. */
    private static Verdict verdict(Problem problem) {
        return switch (problem) {
            case Problem.ProviderFailed failed -> verdict(failed.fault());
            case Problem.Cancelled _ -> Verdict.UNKNOWN; // the client has gone
            default -> Verdict.UNHEALTHY;
        };
    }

    private static Verdict verdict(Problem.Fault fault) {
        return switch (fault) {
            case REJECTED, TOO_LONG, UNKNOWN_MODEL, OUTPUT_LIMIT -> Verdict.HEALTHY;
            case PROTOCOL -> Verdict.UNKNOWN;
            case AUTH, QUOTA, RATE_LIMITED, OVERLOADED, ERROR, UNREACHABLE -> Verdict.UNHEALTHY;
            case TRUNCATED, NO_RESPONSE, STALLED -> Verdict.UNHEALTHY;
        };
    }
}

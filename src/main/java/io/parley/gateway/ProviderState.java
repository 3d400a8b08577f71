package io.parley.gateway;

import io.parley.config.ProviderConfig;
import io.parley.contract.GatewayMessage.CircuitState;
import io.parley.contract.GatewayMessage.RetryStats;
import io.parley.contract.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** One provider as the gateway sees it: what may go there, and how that went. */
final class ProviderState {

    private final ProviderConfig vendor;
    private final LongSupplier nanos;
    private final ProviderLimiter gate;
    private final ProviderCircuitBreaker breaker;
    private final ProviderHealth pulse;
    private final LatencyTracker latencies = new LatencyTracker();
    private long repeated;
    private long left;

    ProviderState(ProviderConfig vendor, LongSupplier nanos, ProviderLimiter gate, ProviderCircuitBreaker breaker) {
        this.vendor = vendor;
        this.nanos = nanos;
        this.gate = gate;
        this.breaker = breaker;
        this.pulse = new ProviderHealth(nanos.getAsLong());
    }

    String name() {
        return vendor.name();
    }

    ProviderConfig vendor() {
        return vendor;
    }

    ProviderLimiter gate() {
        return gate;
    }

    ProviderCircuitBreaker breaker() {
        return breaker;
    }

    ProviderHealth pulse() {
        return pulse;
    }

    LatencyTracker latencies() {
        return latencies;
    }

    /** Whether a call may go there at all. */
    boolean open() {
        return breaker.admits();
    }

    boolean well() {
        return breaker.state() == CircuitState.CLOSED && pulse.well(nanos.getAsLong());
    }

    /** A call that failed here is made again, here. */
    void repeats() {
        repeated++;
    }

    /** A call that failed here is made elsewhere. */
    void isLeft() {
        left++;
    }

    RetryStats detours() {
        return new RetryStats(name(), repeated, left);
    }

    /** A call came to its first token; its end is still to be told. */
    void began(Duration firstToken) {
        latencies.add(firstToken, nanos.getAsLong());
        pulse.beats(nanos.getAsLong());
    }

    /** What became of a call in the end, once for each; no problem is good. Only what the vendor did wrong is held against it. */
    void ended(Optional<Problem> problem) {
        if (problem.isEmpty()) {
            breaker.count(false);
        } else if (problem.get() instanceof Problem.ProviderFailed failed) {
            switch (failed.fault()) {
                case REJECTED, TOO_LONG, UNKNOWN_MODEL, OUTPUT_LIMIT -> breaker.count(false);
                case AUTH, QUOTA, RATE_LIMITED, OVERLOADED, ERROR, UNREACHABLE, CUT, PROTOCOL, SILENT, STALLED -> {
                    breaker.count(true);
                    pulse.fails(failed.fault(), failed.pause(), nanos.getAsLong());
                }
            }
        }
    }
}

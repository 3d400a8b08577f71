package io.parley.gateway.limit;

import io.parley.contract.RateLimit;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Tracks one quota that a provider reports: the remaining amount, minus usage since the report, plus the refill. A report is valid for at
 * most one minute, because other clients may use the same account.
 */
final class ProviderQuota {

    private static final Duration TTL = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private boolean reported;
    private OptionalLong limit = OptionalLong.empty();
    private double remaining;
    private long reportedAt;
    private double resetNanos;
    private double refillPerNano;

    ProviderQuota(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void update(RateLimit report) {
        reported = true;
        limit = report.limit();
        remaining = (double) report.remaining();
        reportedAt = nanos.getAsLong();
        resetNanos = (double) Math.max(1, report.resetAfter().toNanos());
        refillPerNano =
                limit.isPresent() ? (double) Math.max(0, limit.getAsLong() - report.remaining()) / resetNanos : 0;
    }

    /** Subtracts {@code count} from the remaining quota; a negative count returns unused quota. */
    void acquire(long count) {
        remaining -= (double) count;
    }

    /** The delay until {@code count} is available. */
    Duration delay(long count) {
        long requested = limit.isPresent() ? Math.min(count, limit.getAsLong()) : count;
        double missing = (double) requested - available();
        if (!isValid() || missing <= 0) {
            return Duration.ZERO;
        }
        double untilReset = Math.min(resetNanos, (double) TTL.toNanos()) - elapsed();
        return Duration.ofNanos(
                (long) Math.ceil(refillPerNano > 0 ? Math.min(missing / refillPerNano, untilReset) : untilReset));
    }

    /** The remaining quota; empty if unknown. */
    OptionalLong remaining() {
        return isValid() ? OptionalLong.of(Math.max(0, (long) available())) : OptionalLong.empty();
    }

    private boolean isValid() {
        return reported && elapsed() < resetNanos && elapsed() < TTL.toNanos();
    }

    private double available() {
        return remaining + refillPerNano * elapsed();
    }

    private double elapsed() {
        return (double) (nanos.getAsLong() - reportedAt);
    }
}

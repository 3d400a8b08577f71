package io.parley.gateway.limit;

import io.parley.contract.RateLimit;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * What a vendor says is left of one of its own limits, less what was taken since, more what comes back. Believed for a minute at most:
 * others may use the same account.
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

    /** The vendor has said it. */
    void update(RateLimit report) {
        reported = true;
        limit = report.limit();
        remaining = (double) report.remaining();
        reportedAt = nanos.getAsLong();
        resetNanos = (double) Math.max(1, report.resetAfter().toNanos());
        refillPerNano =
                limit.isPresent() ? (double) Math.max(0, limit.getAsLong() - report.remaining()) / resetNanos : 0;
    }

    /** So many were taken, or given back if they are less than none. */
    void acquire(long count) {
        remaining -= (double) count;
    }

    /** How long so many have to wait. */
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

    /** How many are left, as long as that is known. */
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

package io.parley.gateway;

import io.parley.contract.ProviderMessage.ReportedLimit;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * What a vendor says is left of one of its own limits, less what was taken since, more what comes back. Believed for a minute at most:
 * others may use the same account.
 */
final class ProviderQuota {

    private static final Duration BELIEVED = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private boolean known;
    private OptionalLong limit = OptionalLong.empty();
    private double left;
    private long heardAt;
    private double full;
    private double flow;

    ProviderQuota(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The vendor has said it. */
    void heard(ReportedLimit news) {
        known = true;
        limit = news.limit();
        left = (double) news.left();
        heardAt = nanos.getAsLong();
        full = (double) Math.max(1, news.reset().toNanos());
        flow = limit.isPresent() ? (double) Math.max(0, limit.getAsLong() - news.left()) / full : 0;
    }

    /** So many were taken, or given back if they are less than none. */
    void take(long many) {
        left -= (double) many;
    }

    /** How long so many have to wait. */
    Duration pause(long many) {
        long wanted = limit.isPresent() ? Math.min(many, limit.getAsLong()) : many;
        double missing = (double) wanted - level();
        if (!holds() || missing <= 0) {
            return Duration.ZERO;
        }
        double rest = Math.min(full, (double) BELIEVED.toNanos()) - elapsed();
        return Duration.ofNanos((long) Math.ceil(flow > 0 ? Math.min(missing / flow, rest) : rest));
    }

    /** How many are left, as long as that is known. */
    OptionalLong left() {
        return holds() ? OptionalLong.of(Math.max(0, (long) level())) : OptionalLong.empty();
    }

    private boolean holds() {
        return known && elapsed() < full && elapsed() < BELIEVED.toNanos();
    }

    private double level() {
        return left + flow * elapsed();
    }

    private double elapsed() {
        return (double) (nanos.getAsLong() - heardAt);
    }
}

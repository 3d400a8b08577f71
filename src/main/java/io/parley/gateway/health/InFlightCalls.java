package io.parley.gateway.health;

import io.parley.contract.UsageMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Tracks the attempts that count against the limits of their provider, each until its end is reported. */
public final class InFlightCalls {

    /** Added to the total timeout. An end that was not reported by then was lost together with the instance that should have reported it. */
    private static final Duration EXPIRY_MARGIN = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private final Runnable onFreed;
    private final Map<String, Entry> entries = new HashMap<>();

    /** @param onFreed runs when capacity becomes available */
    public InFlightCalls(LongSupplier nanos, Runnable onFreed) {
        this.nanos = nanos;
        this.onFreed = onFreed;
    }

    /** Registers an admitted attempt; the returned future completes when it has ended. */
    public Future<Void> register(String attemptId, ProviderState provider, long estimate) {
        Duration maxDuration = provider.config().timeouts().total().plus(EXPIRY_MARGIN);
        Entry entry = new Entry(provider, estimate, nanos.getAsLong() + maxDuration.toNanos(), Promise.promise());
        entries.put(attemptId, entry);
        return entry.ended.future();
    }

    /** Releases an attempt that was not made or used no tokens; ignores unknown ids. */
    public void release(String attemptId) {
        Optional.ofNullable(entries.remove(attemptId)).ifPresent(entry -> finish(entry, 0));
    }

    /** Releases the attempt that has ended; ignores attempts of other instances. */
    public void onAttemptEnded(UsageMessage.AttemptEnded attempt) {
        Entry entry = entries.remove(attempt.id());
        if (entry != null) {
            boolean started = attempt.firstTokenMillis() >= 0;
            if (started) {
                entry.provider.onEnded(attempt.problem());
            }
            finish(entry, attempt.usage().inputTokens() + attempt.usage().outputTokens());
        }
    }

    /** Releases the attempts whose end is overdue. */
    public void removeExpired() {
        long now = nanos.getAsLong();
        List.copyOf(entries.entrySet()).stream()
                .filter(each -> now - each.getValue().expiresAt >= 0)
                .forEach(each -> release(each.getKey()));
    }

    private void finish(Entry entry, long used) {
        entry.provider.limiter().release(entry.estimate, used);
        entry.ended.complete();
        onFreed.run();
    }

    private record Entry(ProviderState provider, long estimate, long expiresAt, Promise<Void> ended) {}
}

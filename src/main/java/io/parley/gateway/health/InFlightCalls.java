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

/** The calls that hold a place at their target, each until it is told that it has ended. */
public final class InFlightCalls {

    /** Beyond the longest answer; an end that has not been told by then was lost with the node that should have told it. */
    private static final Duration EXPIRY_MARGIN = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private final Runnable onFreed;
    private final Map<String, Entry> entries = new HashMap<>();

    /** @param onFreed is told when there is room again */
    public InFlightCalls(LongSupplier nanos, Runnable onFreed) {
        this.nanos = nanos;
        this.onFreed = onFreed;
    }

    /** The call has been let in at its target; completes when it has ended. */
    public Future<Void> register(String attemptId, ProviderState provider, long estimate) {
        Duration maxDuration = provider.config().timeouts().total().plus(EXPIRY_MARGIN);
        Entry entry = new Entry(provider, estimate, nanos.getAsLong() + maxDuration.toNanos(), Promise.promise());
        entries.put(attemptId, entry);
        return entry.ended.future();
    }

    /** There was no such call, or it came to nothing. */
    public void release(String attemptId) {
        Optional.ofNullable(entries.remove(attemptId)).ifPresent(entry -> finish(entry, 0));
    }

    /** A call has ended; if it is not one of ours, another node's. */
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

    /** Forget the calls whose end nobody will tell any more. */
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

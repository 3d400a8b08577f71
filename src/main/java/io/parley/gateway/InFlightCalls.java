package io.parley.gateway;

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
final class InFlightCalls {

    /** Beyond the longest answer; an end that has not been told by then was lost with the node that should have told it. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private final Runnable freed;
    private final Map<String, Entry> held = new HashMap<>();

    /** @param freed is told when there is room again */
    InFlightCalls(LongSupplier nanos, Runnable freed) {
        this.nanos = nanos;
        this.freed = freed;
    }

    /** The call has been let in at its target; completes when it has ended. */
    Future<Void> begin(String attemptId, ProviderState target, long estimate) {
        Duration longest = target.vendor().timeouts().total().plus(SLACK);
        Entry place = new Entry(target, estimate, nanos.getAsLong() + longest.toNanos(), Promise.promise());
        held.put(attemptId, place);
        return place.ended.future();
    }

    /** There was no such call, or it came to nothing. */
    void giveUp(String attemptId) {
        Optional.ofNullable(held.remove(attemptId)).ifPresent(place -> leave(place, 0));
    }

    /** A call has ended; if it is not one of ours, another node's. */
    void ended(UsageMessage.AttemptEnded told) {
        Entry place = held.remove(told.id());
        if (place != null) {
            boolean began = told.firstTokenMillis() >= 0;
            if (began) {
                place.target.ended(told.problem());
            }
            leave(place, told.usage().inputTokens() + told.usage().outputTokens());
        }
    }

    /** Forget the calls whose end nobody will tell any more. */
    void sweep() {
        long now = nanos.getAsLong();
        List.copyOf(held.entrySet()).stream()
                .filter(each -> now - each.getValue().until >= 0)
                .forEach(each -> giveUp(each.getKey()));
    }

    private void leave(Entry place, long used) {
        place.target.gate().leave(place.estimate, used);
        place.ended.complete();
        freed.run();
    }

    private record Entry(ProviderState target, long estimate, long until, Promise<Void> ended) {}
}

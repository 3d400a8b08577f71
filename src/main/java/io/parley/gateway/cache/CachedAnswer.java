package io.parley.gateway.cache;

import io.parley.bus.StreamLog;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.Event;
import io.parley.contract.GatewayMessage.AnswerHandle;
import java.util.List;
import java.util.Optional;

/** Holds a complete answer for replay: a log with merged events and a cost of 0. */
record CachedAnswer(StreamLog log, AnswerHandle handle, int bytes) {

    /** The estimated size of an answer without its text. */
    private static final int OVERHEAD_BYTES = 512;

    /** Writes the answer in {@code events} to the empty {@code log}; returns empty if the answer is not cacheable. */
    static Optional<CachedAnswer> of(List<Event> events, AnswerHandle answer, StreamLog log) {
        if (!(events.getLast() instanceof Completed end) || !isCacheable(end)) {
            return Optional.empty();
        }
        AnswerMerger merger = new AnswerMerger();
        events.forEach(merger::add);
        List<AnswerEvent> replay = merger.events();
        replay.add(end.withUsage(end.usage().withCost(0)));
        log.publish(replay);
        return Optional.of(new CachedAnswer(log, answer, OVERHEAD_BYTES + 2 * merger.length()));
    }

    /** An answer that was filtered or cancelled is incomplete. */
    private static boolean isCacheable(Completed end) {
        return switch (end.reason()) {
            case STOP, LENGTH, TOOL_CALLS -> true;
            case FILTER, PAUSE, CANCELLED -> false;
        };
    }
}

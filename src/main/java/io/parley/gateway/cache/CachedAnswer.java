package io.parley.gateway.cache;

import io.parley.bus.StreamLog;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.Event;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.Usage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A whole answer that may be given again: as a log of its own, whose pieces are put together and which costs nothing. */
record CachedAnswer(StreamLog log, String provider, String model, int bytes) {

    /** What an answer takes besides its text. */
    private static final int OVERHEAD_BYTES = 512;

    /** The answer to keep, if {@code events} are one; {@code log} is an empty one to keep it in. */
    static Optional<CachedAnswer> of(List<Event> events, AnswerHandle answer, StreamLog log) {
        if (!(events.getLast() instanceof Completed end) || !isCacheable(end)) {
            return Optional.empty();
        }
        AnswerMerger merger = new AnswerMerger();
        events.forEach(merger::add);
        List<AnswerEvent> replay = merger.events();
        replay.add(new Completed(end.reason(), withoutCost(end.usage()), end.model()));
        log.publish(replay);
        return Optional.of(
                new CachedAnswer(log, answer.provider(), answer.model(), OVERHEAD_BYTES + 2 * merger.length()));
    }

    /** What a vendor's filter has cut is no answer to the question. */
    private static boolean isCacheable(Completed end) {
        return switch (end.reason()) {
            case STOP, LENGTH, TOOL_CALLS -> true;
            case FILTER, CANCELLED -> false;
        };
    }

    private static Usage withoutCost(Usage usage) {
        return new Usage(
                usage.inputTokens(),
                usage.outputTokens(),
                usage.cachedTokens(),
                usage.cacheWriteTokens(),
                usage.reasoningTokens(),
                usage.estimated(),
                OptionalLong.of(0));
    }
}

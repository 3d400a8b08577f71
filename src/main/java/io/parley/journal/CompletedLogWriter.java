package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.StoreMessage.Append;
import io.parley.contract.StoreMessage.InsertRun;
import io.parley.contract.StoreMessage.RunBatch;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;

/**
 * Stores a log that is over before it begins. The document comes last, so the run is there whole or not at all, and nobody can mistake
 * it for one that was left by its owner. Tells no facts: what is in such a log has happened elsewhere.
 */
final class CompletedLogWriter {

    private static final int MAX_BATCH_EVENTS = 512;
    private static final int MAX_BATCH_CHARS = 1 << 18;

    private final Bus bus;
    private final InstantSource clock;
    private final String writer;

    CompletedLogWriter(Bus bus, InstantSource clock, String writer) {
        this.bus = bus;
        this.clock = clock;
        this.writer = writer;
    }

    /** Store {@code events}, the last of which is {@code ended}. */
    Future<Run> store(Run run, List<RunEvent> events, RunEvent.Ended ended) {
        Run endedRun = run.with(new Lease(writer, 1, clock.instant())).with(ended.status(), run.updatedAt());
        return append(run.id(), events, 0)
                .compose(_ -> bus.request(Addresses.STORE_INSERT_RUN, new InsertRun(endedRun)))
                .map(endedRun);
    }

    private Future<Void> append(String run, List<RunEvent> events, int from) {
        if (from == events.size()) {
            return Future.succeededFuture();
        }
        int to = batchEnd(events, from);
        RunBatch batch = new RunBatch(run, 1, from + 1L, writer, events.subList(from, to));
        return bus.request(Addresses.STORE_APPEND, new Append(batch))
                .compose(appended -> appended.stored()
                        ? append(run, events, to)
                        : Future.failedFuture(
                                new Problem.Conflict("the id of the conversation is taken").toException()));
    }

    /** Where the batch ends that begins at {@code from}: no larger than a store takes. */
    private static int batchEnd(List<RunEvent> events, int from) {
        int to = from;
        int chars = 0;
        while (to < events.size() && to - from < MAX_BATCH_EVENTS && chars < MAX_BATCH_CHARS) {
            chars += events.get(to) instanceof RunEvent.Token token
                    ? token.delta().length()
                    : 0;
            to++;
        }
        return to;
    }
}

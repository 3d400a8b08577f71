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
 * Stores a log that is already complete. Inserts the run document last: the run becomes visible as a whole, and no instance can mistake it
 * for a run to take over. Publishes no facts, because the events of such a log happened elsewhere.
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

    /** Stores {@code events}, the last of which is {@code ended}. */
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
                                new Problem.Conflict("the id of the conversation is already in use").toException()));
    }

    /** The end (exclusive) of the batch that starts at {@code from}, within the limits of a batch. */
    private static int batchEnd(List<RunEvent> events, int from) {
        int to = from;
        int chars = 0;
        while (to < events.size() && to - from < MAX_BATCH_EVENTS && chars < MAX_BATCH_CHARS) {
            chars += events.get(to).textLength();
            to++;
        }
        return to;
    }
}

package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.Timers;
import io.parley.contract.Addresses;
import io.parley.contract.StoreMessage.ReadBatches;
import io.parley.contract.StoreMessage.RunBatch;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Logs that were read from the store, kept for a while for whoever follows them. */
final class StoredLogCache {

    private static final int PAGE = 200;

    private final Bus bus;
    private final LongSupplier nanos;
    private final Duration linger;
    private final Map<String, Entry> books = new HashMap<>();

    StoredLogCache(Bus bus, LongSupplier nanos, Duration linger) {
        this.bus = bus;
        this.nanos = nanos;
        this.linger = linger;
    }

    /** The log as it was stored; read once for all who want it at the same time. */
    Future<RunLog> log(Timers timers, String run) {
        Entry known = books.get(run);
        Future<RunLog> log = known != null ? known.log : load(timers, run);
        books.put(run, new Entry(log, nanos.getAsLong()));
        return log.onFailure(_ -> books.remove(run));
    }

    /** The run is written here from now on: whoever waits at what was stored of it looks again. */
    void handOver(String run) {
        Entry book = books.remove(run);
        if (book != null) {
            book.log.onSuccess(RunLog::wake);
        }
    }

    void sweep() {
        long now = nanos.getAsLong();
        books.values().removeIf(book -> now - book.asked > linger.toNanos());
    }

    /** All that the store holds of {@code run}. */
    Future<RunLog> load(Timers timers, String run) {
        return read(run, 0, new ArrayList<>()).map(batches -> RunLog.of(timers, nanos, batches));
    }

    private Future<List<RunBatch>> read(String run, long after, List<RunBatch> before) {
        return bus.ask(Addresses.STORE_READ_BATCHES, new ReadBatches(run, after, PAGE))
                .compose(page -> {
                    before.addAll(page.data());
                    return page.more()
                            ? read(run, before.getLast().last().seq(), before)
                            : Future.succeededFuture(before);
                });
    }

    /** A log, and when it was last asked for. */
    private record Entry(Future<RunLog> log, long asked) {}
}

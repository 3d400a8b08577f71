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

/** Caches logs that were read from the store while they are being read. */
final class StoredLogCache {

    private static final int PAGE_SIZE = 200;

    private final Bus bus;
    private final LongSupplier nanos;
    private final Duration ttl;
    private final Map<String, Entry> entries = new HashMap<>();

    StoredLogCache(Bus bus, LongSupplier nanos, Duration ttl) {
        this.bus = bus;
        this.nanos = nanos;
        this.ttl = ttl;
    }

    /** The stored log; concurrent requests share one read. */
    Future<RunLog> log(Timers timers, String run) {
        Entry cached = entries.get(run);
        Future<RunLog> log = cached != null ? cached.log : load(timers, run);
        entries.put(run, new Entry(log, nanos.getAsLong()));
        return log.onFailure(_ -> entries.remove(run));
    }

    /** Drops the log of a run that this instance writes from now on. Pending reads return, and the next ones find the live log. */
    void invalidate(String run) {
        Entry entry = entries.remove(run);
        if (entry != null) {
            entry.log.onSuccess(RunLog::wake);
        }
    }

    void sweep() {
        long now = nanos.getAsLong();
        entries.values().removeIf(entry -> now - entry.lastReadNanos > ttl.toNanos());
    }

    /** Reads the log from the store, bypassing the cache. */
    Future<RunLog> load(Timers timers, String run) {
        return read(run, 0, new ArrayList<>()).map(batches -> RunLog.of(timers, nanos, batches));
    }

    private Future<List<RunBatch>> read(String run, long after, List<RunBatch> collected) {
        return bus.request(Addresses.STORE_READ_BATCHES, new ReadBatches(run, after, PAGE_SIZE))
                .compose(page -> {
                    collected.addAll(page.data());
                    return page.more()
                            ? read(run, collected.getLast().last().seq(), collected)
                            : Future.succeededFuture(collected);
                });
    }

    private record Entry(Future<RunLog> log, long lastReadNanos) {}
}

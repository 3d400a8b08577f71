package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.bus.RecentIds;
import io.parley.config.UsageConfig;
import io.parley.contract.Addresses;
import io.parley.contract.LedgerMessage.Heartbeat;
import io.parley.contract.LedgerMessage.RecordAttempts;
import io.parley.contract.LedgerMessage.RollupTotal;
import io.parley.contract.LedgerMessage.WriteTotals;
import io.parley.contract.LedgerMessage.WriterShare;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records every attempt once in the ledger and keeps the rollups up to date. Asynchronous: attempts wait in memory and are written in
 * batches, which are retried until the store accepts them. Does not know budgets.
 */
final class UsageRecorder {

    private static final Logger LOG = LoggerFactory.getLogger(UsageRecorder.class);
    private static final int MAX_BATCH_SIZE = 500;
    private static final int MAX_SEEN_IDS = 50_000;
    /** Maximum number of rollups per writer id; at the limit, a new writer id starts with none. */
    private static final int MAX_ROLLUPS = 20_000;

    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
    /** How long a failing final flush is retried at shutdown. */
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final Bus bus;
    private final UsageConfig config;
    private final Ids ids;
    private final InstantSource clock;
    private final BudgetAccountRegistry accounts;
    private final RecentIds seenIds = new RecentIds(MAX_SEEN_IDS);
    private final ArrayDeque<UsageRecorded> pending = new ArrayDeque<>();
    private final List<UsageRecorded> recorded = new ArrayList<>();
    private final PendingRollups rollups = new PendingRollups();
    private String writer;
    private Future<Void> flushChain = Future.succeededFuture();
    private boolean registered;
    private boolean timerActive;
    private boolean failing;
    private boolean retrying = true;
    private long dropped;

    UsageRecorder(
            Vertx vertx, Bus bus, UsageConfig config, Ids ids, InstantSource clock, BudgetAccountRegistry accounts) {
        this.vertx = vertx;
        this.bus = bus;
        this.config = config;
        this.ids = ids;
        this.clock = clock;
        this.accounts = accounts;
        this.writer = ids.next("book_");
    }

    /** {@code false} if this attempt was received before. */
    boolean markSeen(AttemptEnded attempt) {
        return seenIds.add(attempt.id());
    }

    /** Queues an attempt to be recorded with the next flush; drops it if the queue is full. */
    void add(AttemptEnded attempt) {
        if (pending.size() >= config.maxPending()) {
            dropped++;
            return;
        }
        pending.add(new UsageRecorded(attempt, clock.instant()));
        scheduleFlush();
    }

    /** Schedules a flush. */
    void scheduleFlush() {
        startTimer(failing ? RETRY_DELAY : config.flushDelay());
    }

    /** Completes when everything added so far is stored. */
    Future<Void> flush() {
        flushChain = flushChain
                .transform(_ -> rotateWriter())
                .compose(_ -> register())
                .compose(_ -> recordAttempts(pending.size()))
                .compose(_ -> accounts.loadChanged())
                .compose(_ -> writeRollups(accounts.changes()))
                .onSuccess(_ -> onFlushSucceeded())
                .onFailure(_ -> onFlushFailed());
        return flushChain;
    }

    /** Flushes, then stores a heartbeat: everything up to now is in the rollups. */
    Future<Void> heartbeat() {
        Instant now = clock.instant();
        return flush().compose(_ -> heartbeat(now, false));
    }

    /** Flushes the rest and closes the writer. */
    Future<Void> close() {
        long timer = vertx.setTimer(SHUTDOWN_TIMEOUT.toMillis(), _ -> retrying = false);
        return finalFlush()
                .onComplete(_ -> vertx.cancelTimer(timer))
                .compose(_ -> heartbeat(clock.instant(), true))
                .onFailure(_ -> logUnrecorded());
    }

    private void logUnrecorded() {
        long attempts = pending.size() + dropped;
        if (attempts > 0) {
            LOG.atError().addKeyValue("attempts", attempts).log("usage not recorded: store unavailable at shutdown");
        }
    }

    private void startTimer(Duration delay) {
        if (!timerActive) {
            timerActive = true;
            vertx.setTimer(Math.max(1, delay.toMillis()), _ -> {
                timerActive = false;
                flush();
            });
        }
    }

    private Future<Void> register() {
        return registered
                ? Future.succeededFuture()
                : heartbeat(clock.instant(), false).onSuccess(_ -> registered = true);
    }

    /** Records the first {@code count} pending attempts; later ones wait for the next flush. */
    private Future<Void> recordAttempts(int count) {
        if (count <= 0) {
            return Future.succeededFuture();
        }
        List<UsageRecorded> batch =
                pending.stream().limit(Math.min(count, MAX_BATCH_SIZE)).toList();
        return bus.request(Addresses.STORE_RECORD_ATTEMPTS, new RecordAttempts(writer, batch))
                .compose(reply -> {
                    batch.forEach(entry -> onRecorded(entry, reply.attemptIds()));
                    return recordAttempts(count - batch.size());
                });
    }

    private void onRecorded(UsageRecorded entry, Set<String> recordedIds) {
        pending.remove();
        if (recordedIds.contains(entry.attempt().id())) {
            rollups.add(entry);
            recorded.add(entry);
        }
    }

    private Future<Void> writeRollups(List<WriterShare> shares) {
        List<RollupTotal> totals = rollups.changes(MAX_BATCH_SIZE);
        if (totals.isEmpty() && shares.isEmpty()) {
            publishRecorded();
            return Future.succeededFuture();
        }
        return bus.request(Addresses.STORE_WRITE_TOTALS, new WriteTotals(writer, totals, shares))
                .onFailure(_ -> {
                    rollups.markChanged(totals);
                    accounts.markChanged(shares);
                })
                .compose(_ -> writeRollups(List.of()));
    }

    private void publishRecorded() {
        recorded.forEach(entry -> bus.publish(Addresses.USAGE_RECORDED, entry));
        recorded.clear();
    }

    private Future<Void> rotateWriter() {
        if (rollups.size() <= MAX_ROLLUPS || rollups.changed() || !recorded.isEmpty()) {
            return Future.succeededFuture();
        }
        return bus.request(Addresses.STORE_HEARTBEAT, new Heartbeat(writer, clock.instant(), true))
                .map(_ -> {
                    writer = ids.next("book_");
                    registered = false;
                    rollups.clear();
                    return null;
                });
    }

    private Future<Void> heartbeat(Instant at, boolean closed) {
        return Future.all(
                        bus.request(Addresses.STORE_HEARTBEAT, new Heartbeat(writer, at, closed)),
                        bus.request(Addresses.STORE_HEARTBEAT, new Heartbeat(accounts.writer(), at, closed)))
                .mapEmpty();
    }

    private Future<Void> finalFlush() {
        return flush().recover(cause -> retrying
                ? vertx.timer(RETRY_DELAY.toMillis(), TimeUnit.MILLISECONDS).compose(_ -> finalFlush())
                : Future.failedFuture(cause));
    }

    private void onFlushSucceeded() {
        if (failing) {
            failing = false;
            LOG.atInfo().addKeyValue("lost", dropped).log("store available again; pending usage recorded");
            dropped = 0;
        }
    }

    private void onFlushFailed() {
        if (!failing) {
            failing = true;
            LOG.atWarn().log("usage not recorded: store unavailable, will retry");
        }
        startTimer(RETRY_DELAY);
    }
}

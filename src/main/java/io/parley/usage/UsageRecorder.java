package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.bus.RecentIds;
import io.parley.config.UsageConfig;
import io.parley.contract.Addresses;
import io.parley.contract.LedgerMessage.Heartbeat;
import io.parley.contract.LedgerMessage.RecordAttempts;
import io.parley.contract.LedgerMessage.WriteTotals;
import io.parley.contract.LedgerMessage.WriterShare;
import io.parley.contract.LedgerMessage.RollupTotal;
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
    private static final int BATCH = 500;
    private static final int REMEMBERED = 50_000;
    /** The rollups that one writer id may have; after that a new writer id starts with none. */
    private static final int TOTALS = 20_000;

    private static final Duration AGAIN = Duration.ofSeconds(1);
    /** How long a failing final flush is retried at shutdown. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final Bus bus;
    private final UsageConfig config;
    private final Ids ids;
    private final InstantSource clock;
    private final BudgetAccounts accounts;
    private final RecentIds heard = new RecentIds(REMEMBERED);
    private final ArrayDeque<UsageRecorded> pending = new ArrayDeque<>();
    private final List<UsageRecorded> booked = new ArrayList<>();
    private final PendingRollups tallies = new PendingRollups();
    private String writer;
    private Future<Void> flushed = Future.succeededFuture();
    private boolean registered;
    private boolean armed;
    private boolean failing;
    private boolean patient = true;
    private long lost;

    UsageRecorder(Vertx vertx, Bus bus, UsageConfig config, Ids ids, InstantSource clock, BudgetAccounts accounts) {
        this.vertx = vertx;
        this.bus = bus;
        this.config = config;
        this.ids = ids;
        this.clock = clock;
        this.accounts = accounts;
        this.writer = ids.next("book_");
    }

    /** {@code false} if this attempt was received before. */
    boolean first(AttemptEnded attempt) {
        return heard.add(attempt.id());
    }

    /** Queues an attempt to be recorded with the next flush; drops it if the queue is full. */
    void add(AttemptEnded attempt) {
        if (pending.size() >= config.pending()) {
            lost++;
            return;
        }
        pending.add(new UsageRecorded(attempt, clock.instant()));
        soon();
    }

    /** Schedules a flush. */
    void soon() {
        arm(failing ? AGAIN : config.flush());
    }

    /** Completes when everything added so far is stored. */
    Future<Void> flush() {
        flushed = flushed.transform(_ -> turnPage())
                .compose(_ -> register())
                .compose(_ -> book(pending.size()))
                .compose(_ -> accounts.ready())
                .compose(_ -> count(accounts.changes()))
                .onSuccess(_ -> works())
                .onFailure(_ -> fails());
        return flushed;
    }

    /** Flushes, then stores a heartbeat: everything up to now is in the rollups. */
    Future<Void> beat() {
        Instant now = clock.instant();
        return flush().compose(_ -> beat(now, false));
    }

    /** Flushes the rest and closes the writer. */
    Future<Void> close() {
        long last = vertx.setTimer(PATIENCE.toMillis(), _ -> patient = false);
        return lastFlush()
                .onComplete(_ -> vertx.cancelTimer(last))
                .compose(_ -> beat(clock.instant(), true))
                .onFailure(_ -> missing());
    }

    private void missing() {
        long attempts = pending.size() + lost;
        if (attempts > 0) {
            LOG.atError().addKeyValue("attempts", attempts).log("usage not recorded: store unavailable at shutdown");
        }
    }

    private void arm(Duration delay) {
        if (!armed) {
            armed = true;
            vertx.setTimer(Math.max(1, delay.toMillis()), _ -> {
                armed = false;
                flush();
            });
        }
    }

    private Future<Void> register() {
        return registered
                ? Future.succeededFuture()
                : beat(clock.instant(), false).onSuccess(_ -> registered = true);
    }

    /** Records the first {@code many} pending attempts; later ones wait for the next flush. */
    private Future<Void> book(int many) {
        if (many <= 0) {
            return Future.succeededFuture();
        }
        List<UsageRecorded> batch = pending.stream().limit(Math.min(many, BATCH)).toList();
        return bus.ask(Addresses.STORE_BOOK, new RecordAttempts(writer, batch)).compose(answer -> {
            batch.forEach(entry -> take(entry, answer.own()));
            return book(many - batch.size());
        });
    }

    private void take(UsageRecorded entry, Set<String> own) {
        pending.remove();
        if (own.contains(entry.attempt().id())) {
            tallies.add(entry);
            booked.add(entry);
        }
    }

    private Future<Void> count(List<WriterShare> shares) {
        List<RollupTotal> totals = tallies.changes(BATCH);
        if (totals.isEmpty() && shares.isEmpty()) {
            tell();
            return Future.succeededFuture();
        }
        return bus.ask(Addresses.STORE_COUNT, new WriteTotals(writer, totals, shares))
                .onFailure(_ -> {
                    tallies.unknown(totals);
                    accounts.unknown(shares);
                })
                .compose(_ -> count(List.of()));
    }

    private void tell() {
        booked.forEach(spent -> bus.tell(Addresses.USAGE_SPENT, spent));
        booked.clear();
    }

    private Future<Void> turnPage() {
        if (tallies.size() <= TOTALS || tallies.changed() || !booked.isEmpty()) {
            return Future.succeededFuture();
        }
        return bus.ask(Addresses.STORE_BEAT, new Heartbeat(writer, clock.instant(), true))
                .map(_ -> {
                    writer = ids.next("book_");
                    registered = false;
                    tallies.clear();
                    return null;
                });
    }

    private Future<Void> beat(Instant at, boolean closed) {
        return Future.all(
                        bus.ask(Addresses.STORE_BEAT, new Heartbeat(writer, at, closed)),
                        bus.ask(Addresses.STORE_BEAT, new Heartbeat(accounts.writer(), at, closed)))
                .mapEmpty();
    }

    private Future<Void> lastFlush() {
        return flush().recover(cause -> patient
                ? vertx.timer(AGAIN.toMillis(), TimeUnit.MILLISECONDS).compose(_ -> lastFlush())
                : Future.failedFuture(cause));
    }

    private void works() {
        if (failing) {
            failing = false;
            LOG.atInfo().addKeyValue("lost", lost).log("store available again; pending usage recorded");
            lost = 0;
        }
    }

    private void fails() {
        if (!failing) {
            failing = true;
            LOG.atWarn().log("usage not recorded: store unavailable, will retry");
        }
        arm(AGAIN);
    }
}

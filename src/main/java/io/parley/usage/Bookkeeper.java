package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.bus.RecentIds;
import io.parley.config.UsageConfig;
import io.parley.contract.Addresses;
import io.parley.contract.BooksMessage.Beat;
import io.parley.contract.BooksMessage.Book;
import io.parley.contract.BooksMessage.Count;
import io.parley.contract.BooksMessage.Share;
import io.parley.contract.BooksMessage.Tally;
import io.parley.contract.UsageMessage.Attempt;
import io.parley.contract.UsageMessage.Spent;
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
 * Books every attempt once and keeps the totals, behind the answers' back: what is heard waits in memory, and goes to the store in
 * batches, as often as it takes. Knows no budgets.
 */
final class Bookkeeper {

    private static final Logger LOG = LoggerFactory.getLogger(Bookkeeper.class);
    private static final int BATCH = 500;
    private static final int REMEMBERED = 50_000;
    /** So many totals are enough for one writer: another one begins with none. */
    private static final int TOTALS = 20_000;

    private static final Duration AGAIN = Duration.ofSeconds(1);
    /** How long it is tried again when there is no more time. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final Bus bus;
    private final UsageConfig config;
    private final Ids ids;
    private final InstantSource clock;
    private final Accounts accounts;
    private final RecentIds heard = new RecentIds(REMEMBERED);
    private final ArrayDeque<Spent> pending = new ArrayDeque<>();
    private final List<Spent> booked = new ArrayList<>();
    private final Tallies tallies = new Tallies();
    private String writer;
    private Future<Void> flushed = Future.succeededFuture();
    private boolean registered;
    private boolean armed;
    private boolean failing;
    private boolean patient = true;
    private long lost;

    Bookkeeper(Vertx vertx, Bus bus, UsageConfig config, Ids ids, InstantSource clock, Accounts accounts) {
        this.vertx = vertx;
        this.bus = bus;
        this.config = config;
        this.ids = ids;
        this.clock = clock;
        this.accounts = accounts;
        this.writer = ids.next("book_");
    }

    /** Whether this is the first that is heard of an attempt. */
    boolean first(Attempt attempt) {
        return heard.add(attempt.id());
    }

    /** Book it, soon. */
    void add(Attempt attempt) {
        if (pending.size() >= config.pending()) {
            lost++;
            return;
        }
        pending.add(new Spent(attempt, clock.instant()));
        soon();
    }

    /** Something has changed that has to be stored. */
    void soon() {
        arm(failing ? AGAIN : config.flush());
    }

    /** All that was added so far is in the store. */
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

    /** Say that everything up to now is counted. */
    Future<Void> beat() {
        Instant now = clock.instant();
        return flush().compose(_ -> beat(now, false));
    }

    /** Store what is left, and say goodbye. */
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
            LOG.atError()
                    .addKeyValue("attempts", attempts)
                    .log("the store is away: what was used last is not in the books");
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

    /** Book so many: those that come meanwhile are the next flush's. */
    private Future<Void> book(int many) {
        if (many <= 0) {
            return Future.succeededFuture();
        }
        List<Spent> batch = pending.stream().limit(Math.min(many, BATCH)).toList();
        return bus.ask(Addresses.STORE_BOOK, new Book(writer, batch)).compose(answer -> {
            batch.forEach(entry -> take(entry, answer.own()));
            return book(many - batch.size());
        });
    }

    private void take(Spent entry, Set<String> own) {
        pending.remove();
        if (own.contains(entry.attempt().id())) {
            tallies.add(entry);
            booked.add(entry);
        }
    }

    private Future<Void> count(List<Share> shares) {
        List<Tally> totals = tallies.changes(BATCH);
        if (totals.isEmpty() && shares.isEmpty()) {
            tell();
            return Future.succeededFuture();
        }
        return bus.ask(Addresses.STORE_COUNT, new Count(writer, totals, shares))
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
        return bus.ask(Addresses.STORE_BEAT, new Beat(writer, clock.instant(), true))
                .map(_ -> {
                    writer = ids.next("book_");
                    registered = false;
                    tallies.clear();
                    return null;
                });
    }

    private Future<Void> beat(Instant at, boolean closed) {
        return Future.all(
                        bus.ask(Addresses.STORE_BEAT, new Beat(writer, at, closed)),
                        bus.ask(Addresses.STORE_BEAT, new Beat(accounts.writer(), at, closed)))
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
            LOG.atInfo().addKeyValue("lost", lost).log("what was used meanwhile is in the books");
            lost = 0;
        }
    }

    private void fails() {
        if (!failing) {
            failing = true;
            LOG.atWarn().log("what was used is kept in memory until the store takes it");
        }
        arm(AGAIN);
    }
}

package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.PriceList;
import io.parley.config.UsageConfig;
import io.parley.contract.Addresses;
import io.parley.contract.LedgerMessage.RecoverWriters;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Accounts for usage: estimates prompts, reserves money before an attempt and settles it afterwards, records every attempt, and serves
 * reports. Recording is asynchronous. Does not see the content of conversations.
 */
public final class UsageVerticle extends VerticleBase {

    private static final Duration TICK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(30);
    private static final Duration WRITER_TIMEOUT = Duration.ofMinutes(5);

    private final Bus bus;
    private final UsageConfig config;
    private final PriceList prices;
    private final Ids ids;
    private final InstantSource clock;
    private final boolean singleProcess;
    private final Duration tick;
    private Instant lastHeartbeat;
    private Supplier<Future<?>> closeAction = Future::succeededFuture;

    /** @param singleProcess whether no other process writes to the same store */
    public UsageVerticle(
            Bus bus, UsageConfig config, PriceList prices, Ids ids, InstantSource clock, boolean singleProcess) {
        this(bus, config, prices, ids, clock, singleProcess, TICK_INTERVAL);
    }

    /** @param tick the interval at which reservations expire and heartbeats become due */
    UsageVerticle(
            Bus bus,
            UsageConfig config,
            PriceList prices,
            Ids ids,
            InstantSource clock,
            boolean singleProcess,
            Duration tick) {
        this.bus = bus;
        this.config = config;
        this.prices = prices;
        this.ids = ids;
        this.clock = clock;
        this.singleProcess = singleProcess;
        this.tick = tick;
        this.lastHeartbeat = clock.instant();
    }

    @Override
    public Future<?> start() {
        BudgetAccountRegistry accounts = new BudgetAccountRegistry(bus, ids.next("budget_"));
        UsageRecorder recorder = new UsageRecorder(vertx, bus, config, ids, clock, accounts);
        BudgetCache budgetCache = new BudgetCache(bus);
        BudgetReservations reservations = new BudgetReservations(
                budgetCache,
                accounts,
                new BudgetAlerts(bus, clock),
                config,
                clock,
                recorder::scheduleFlush,
                singleProcess);
        closeAction = () -> {
            reservations.close();
            return recorder.close();
        };
        PriceLookup priceLookup = new PriceLookup(prices, clock);
        Tokenizer tokenizer = new Tokenizer(vertx);
        Estimator estimator = new Estimator(tokenizer, priceLookup, config);
        tokenizer.load();
        budgetCache.load();
        vertx.setPeriodic(tick.toMillis(), _ -> tick(recorder, accounts, budgetCache, reservations));
        return recover(
                        singleProcess
                                ? clock.instant().plusSeconds(1)
                                : clock.instant().minus(WRITER_TIMEOUT))
                .transform(_ -> bus.subscribe(
                        Addresses.ATTEMPT_ENDED,
                        attempt -> onAttemptEnded(attempt, priceLookup, estimator, reservations, recorder)))
                .compose(_ -> bus.subscribe(Addresses.BUDGET_CHANGED, changed -> budgetCache.reload(changed.scope())))
                .compose(_ -> bus.handle(Addresses.USAGE_ESTIMATE, estimator::estimate))
                .compose(_ -> handleRequests(reservations, budgetCache, accounts, recorder));
    }

    @Override
    public Future<?> stop() {
        return closeAction.get();
    }

    private Future<?> handleRequests(
            BudgetReservations reservations,
            BudgetCache budgetCache,
            BudgetAccountRegistry accounts,
            UsageRecorder recorder) {
        UsageReporter reporter = new UsageReporter(bus, clock);
        BudgetService budgetService = new BudgetService(bus, budgetCache, accounts, recorder, reporter, clock);
        return bus.handle(Addresses.USAGE_RESERVE, reservations::reserve)
                .compose(_ -> bus.handle(Addresses.USAGE_RELEASE, release -> {
                    reservations.release(release.attemptId());
                    return Future.succeededFuture(new Ack());
                }))
                .compose(_ -> bus.handle(Addresses.USAGE_QUERY, reporter::report))
                .compose(_ -> bus.handle(Addresses.USAGE_SUMMARIZE, reporter::summarize))
                .compose(_ -> bus.handle(Addresses.BUDGET_PUT, budgetService::put))
                .compose(_ -> bus.handle(Addresses.BUDGET_READ, budgetService::read));
    }

    private static void onAttemptEnded(
            AttemptEnded unpriced,
            PriceLookup priceLookup,
            Estimator estimator,
            BudgetReservations reservations,
            UsageRecorder recorder) {
        if (recorder.markSeen(unpriced)) {
            AttemptEnded attempt = priceLookup.withCost(unpriced);
            estimator.onAttemptEnded(attempt);
            reservations.onAttemptEnded(attempt);
            recorder.add(attempt);
        }
    }

    private void tick(
            UsageRecorder recorder,
            BudgetAccountRegistry accounts,
            BudgetCache budgetCache,
            BudgetReservations reservations) {
        Instant now = clock.instant();
        reservations.expire();
        if (!now.isBefore(lastHeartbeat.plus(HEARTBEAT_INTERVAL))) {
            lastHeartbeat = now;
            recorder.heartbeat();
            accounts.prune(now);
            budgetCache.load();
            recover(now.minus(WRITER_TIMEOUT));
        }
    }

    private Future<?> recover(Instant silentSince) {
        return bus.request(Addresses.STORE_RECOVER_WRITERS, new RecoverWriters(silentSince));
    }
}

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
 * Accounts for usage: estimates prompts, reserves money before an attempt and settles it afterwards, records every attempt, and answers
 * reports. Recording is asynchronous. Does not see the content of conversations.
 */
public final class UsageVerticle extends VerticleBase {

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration BEAT = Duration.ofSeconds(30);
    private static final Duration SILENT = Duration.ofMinutes(5);

    private final Bus bus;
    private final UsageConfig config;
    private final PriceList prices;
    private final Ids ids;
    private final InstantSource clock;
    private final boolean alone;
    private final Duration tick;
    private Instant beaten;
    private Supplier<Future<?>> closing = Future::succeededFuture;

    /** @param alone whether no other process writes to the same store */
    public UsageVerticle(Bus bus, UsageConfig config, PriceList prices, Ids ids, InstantSource clock, boolean alone) {
        this(bus, config, prices, ids, clock, alone, TICK);
    }

    /** @param tick the interval at which reservations expire and heartbeats become due */
    UsageVerticle(
            Bus bus, UsageConfig config, PriceList prices, Ids ids, InstantSource clock, boolean alone, Duration tick) {
        this.bus = bus;
        this.config = config;
        this.prices = prices;
        this.ids = ids;
        this.clock = clock;
        this.alone = alone;
        this.tick = tick;
        this.beaten = clock.instant();
    }

    @Override
    public Future<?> start() {
        BudgetAccounts accounts = new BudgetAccounts(bus, ids.next("budget_"));
        UsageRecorder keeper = new UsageRecorder(vertx, bus, config, ids, clock, accounts);
        BudgetCache table = new BudgetCache(bus);
        BudgetReservations cashier = new BudgetReservations(table, accounts, new BudgetAlerts(bus, clock), config, clock, keeper::soon, alone);
        closing = () -> {
            cashier.close();
            return keeper.close();
        };
        PriceLookup tariff = new PriceLookup(prices, clock);
        Tokenizer tokenizer = new Tokenizer(vertx);
        Estimator estimator = new Estimator(tokenizer, tariff, config);
        tokenizer.load();
        table.load();
        vertx.setPeriodic(tick.toMillis(), _ -> tick(keeper, accounts, table, cashier));
        return recover(alone ? clock.instant().plusSeconds(1) : clock.instant().minus(SILENT))
                .transform(_ -> bus.listen(
                        Addresses.ATTEMPT_ENDED, attempt -> ended(attempt, tariff, estimator, cashier, keeper)))
                .compose(_ -> bus.listen(Addresses.BUDGET_CHANGED, changed -> table.reload(changed.scope())))
                .compose(_ -> bus.answer(Addresses.USAGE_ESTIMATE, estimator::estimate))
                .compose(_ -> answerMoney(cashier, table, accounts, keeper));
    }

    @Override
    public Future<?> stop() {
        return closing.get();
    }

    private Future<?> answerMoney(BudgetReservations cashier, BudgetCache table, BudgetAccounts accounts, UsageRecorder keeper) {
        UsageReporter reports = new UsageReporter(bus, clock);
        BudgetService budgets = new BudgetService(bus, table, accounts, keeper, reports, clock);
        return bus.answer(Addresses.USAGE_RESERVE, cashier::reserve)
                .compose(_ -> bus.answer(Addresses.USAGE_RELEASE, release -> {
                    cashier.release(release.attemptId());
                    return Future.succeededFuture(new Ack());
                }))
                .compose(_ -> bus.answer(Addresses.USAGE_REPORT, reports::report))
                .compose(_ -> bus.answer(Addresses.USAGE_SUMMARIZE, reports::summarize))
                .compose(_ -> bus.answer(Addresses.BUDGET_PUT, budgets::put))
                .compose(_ -> bus.answer(Addresses.BUDGET_READ, budgets::read));
    }

    private static void ended(AttemptEnded told, PriceLookup tariff, Estimator estimator, BudgetReservations cashier, UsageRecorder keeper) {
        if (keeper.first(told)) {
            AttemptEnded attempt = tariff.priced(told);
            estimator.ended(attempt);
            cashier.ended(attempt);
            keeper.add(attempt);
        }
    }

    private void tick(UsageRecorder keeper, BudgetAccounts accounts, BudgetCache table, BudgetReservations cashier) {
        Instant now = clock.instant();
        cashier.expire();
        if (!now.isBefore(beaten.plus(BEAT))) {
            beaten = now;
            keeper.beat();
            accounts.prune(now);
            table.load();
            recover(now.minus(SILENT));
        }
    }

    private Future<?> recover(Instant silentSince) {
        return bus.ask(Addresses.STORE_RECOVER, new RecoverWriters(silentSince));
    }
}

package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.BudgetStatus;
import io.parley.contract.BudgetMessage.Changed;
import io.parley.contract.BudgetMessage.Period;
import io.parley.contract.BudgetMessage.Put;
import io.parley.contract.BudgetMessage.Read;
import io.parley.contract.LedgerMessage.PutBudget;
import io.parley.contract.LedgerMessage.WriteTotals;
import io.parley.contract.LedgerMessage.WriterShare;
import io.parley.contract.Problem;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Stores budgets and reports their state. A budget created in mid-period starts with the amount spent in that period so far. */
final class BudgetService {

    /** The writer id of the amount that was spent before the budget existed. */
    private static final String INITIAL_WRITER = "before";

    private static final Pattern SCOPE = Pattern.compile("global|(provider|user|key):.{1,256}", Pattern.DOTALL);

    private final Bus bus;
    private final BudgetCache budgetCache;
    private final BudgetAccountRegistry accounts;
    private final UsageRecorder recorder;
    private final UsageReporter reporter;
    private final InstantSource clock;

    BudgetService(
            Bus bus,
            BudgetCache budgetCache,
            BudgetAccountRegistry accounts,
            UsageRecorder recorder,
            UsageReporter reporter,
            InstantSource clock) {
        this.bus = bus;
        this.budgetCache = budgetCache;
        this.accounts = accounts;
        this.recorder = recorder;
        this.reporter = reporter;
        this.clock = clock;
    }

    Future<BudgetStatus> put(Put put) {
        Budget budget = validated(put.budget());
        return bus.request(Addresses.STORE_PUT_BUDGET, new PutBudget(budget)).compose(_ -> {
            budgetCache.put(budget);
            bus.publish(Addresses.BUDGET_CHANGED, new Changed(budget.scope()));
            return initialize(budget).compose(_ -> state(budget));
        });
    }

    Future<BudgetStatus> read(Read read) {
        return budgetCache
                .ready()
                .compose(_ -> budgetCache
                        .find(read.scope())
                        .map(this::state)
                        .orElseGet(() -> Future.failedFuture(BudgetCache.notFound())));
    }

    private Future<Void> initialize(Budget budget) {
        Future<Void> initialized = Future.succeededFuture();
        for (BudgetLimit limit : BudgetCache.limits(budget, clock.instant()).toList()) {
            initialized = initialized.compose(_ -> initialize(limit));
        }
        return initialized;
    }

    /** Cost in the rollups that is missing in the account was spent before the budget existed. */
    private Future<Void> initialize(BudgetLimit limit) {
        return accounts.refresh(limit.account()).compose(account -> {
            long ownSpent = account.ownSpent();
            return recorder.flush()
                    .compose(_ -> reporter.spent(limit.budget().scope(), limit.period()))
                    .compose(total ->
                            recordInitialSpend(limit.account(), total - ownSpent - account.othersSpent(INITIAL_WRITER)))
                    .compose(_ -> accounts.refresh(limit.account()))
                    .mapEmpty();
        });
    }

    private Future<?> recordInitialSpend(String account, long spent) {
        WriterShare share = new WriterShare(account, INITIAL_WRITER, 0, 0, Math.max(0, spent), clock.millis());
        return bus.request(Addresses.STORE_WRITE_TOTALS, new WriteTotals(INITIAL_WRITER, List.of(), List.of(share)));
    }

    private Future<BudgetStatus> state(Budget budget) {
        Future<Figures> day = figures(budget, Period.DAY, budget.dailyMicros());
        Future<Figures> month = figures(budget, Period.MONTH, budget.monthlyMicros());
        return Future.all(day, month)
                .map(_ -> new BudgetStatus(
                        budget,
                        day.result().spent(),
                        month.result().spent(),
                        Math.max(day.result().outstanding(), month.result().outstanding())));
    }

    private Future<Figures> figures(Budget budget, Period period, OptionalLong limit) {
        if (limit.isEmpty()) {
            return recorder.flush()
                    .transform(_ -> reporter.spent(budget.scope(), period))
                    .map(spent -> new Figures(spent, 0));
        }
        String account = BudgetLimit.of(budget, period, limit.getAsLong(), clock.instant())
                .account();
        return accounts.refresh(account).map(current -> new Figures(current.spent(), current.outstanding()));
    }

    private static Budget validated(Budget budget) {
        List<Problem.Violation> violations = new ArrayList<>();
        check(
                violations,
                SCOPE.matcher(budget.scope()).matches(),
                "/scope",
                "must be global, provider:{name}, user:{id} or key:{id}");
        check(violations, budget.dailyMicros().orElse(0) >= 0, "/daily_usd", "must not be negative");
        check(violations, budget.monthlyMicros().orElse(0) >= 0, "/monthly_usd", "must not be negative");
        check(
                violations,
                budget.warnAt() > 0 && budget.warnAt() <= 1,
                "/warn_at",
                "must be greater than 0 and at most 1");
        if (!violations.isEmpty()) {
            throw new Problem.Invalid(violations).toException();
        }
        return budget;
    }

    private static void check(List<Problem.Violation> violations, boolean valid, String pointer, String message) {
        if (!valid) {
            violations.add(new Problem.Violation(pointer, "range", message));
        }
    }

    /** The amounts that are spent and still reserved. */
    private record Figures(long spent, long outstanding) {}
}

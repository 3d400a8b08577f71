package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.LedgerMessage.WriteTotals;
import io.parley.contract.LedgerMessage.PutBudget;
import io.parley.contract.LedgerMessage.WriterShare;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.Changed;
import io.parley.contract.BudgetMessage.Period;
import io.parley.contract.BudgetMessage.Put;
import io.parley.contract.BudgetMessage.Read;
import io.parley.contract.BudgetMessage.BudgetStatus;
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
    private static final String BEFORE = "before";

    private static final Pattern SCOPE = Pattern.compile("global|(provider|user|key):.{1,256}", Pattern.DOTALL);

    private final Bus bus;
    private final BudgetCache table;
    private final BudgetAccounts accounts;
    private final UsageRecorder books;
    private final UsageReporter reports;
    private final InstantSource clock;

    BudgetService(
            Bus bus, BudgetCache table, BudgetAccounts accounts, UsageRecorder books, UsageReporter reports, InstantSource clock) {
        this.bus = bus;
        this.table = table;
        this.accounts = accounts;
        this.books = books;
        this.reports = reports;
        this.clock = clock;
    }

    Future<BudgetStatus> put(Put put) {
        Budget budget = sound(put.budget());
        return bus.ask(Addresses.STORE_PUT_BUDGET, new PutBudget(budget)).compose(_ -> {
            table.put(budget);
            bus.tell(Addresses.BUDGET_CHANGED, new Changed(budget.scope()));
            return begin(budget).compose(_ -> state(budget));
        });
    }

    Future<BudgetStatus> read(Read read) {
        return table.known()
                .compose(_ -> table.find(read.scope())
                        .map(this::state)
                        .orElseGet(() -> Future.failedFuture(BudgetCache.missing())));
    }

    private Future<Void> begin(Budget budget) {
        Future<Void> begun = Future.succeededFuture();
        for (BudgetLimit limit : BudgetCache.limits(budget, clock.instant()).toList()) {
            begun = begun.compose(_ -> begin(limit));
        }
        return begun;
    }

    /** Cost in the rollups that is missing in the account was spent before the budget existed. */
    private Future<Void> begin(BudgetLimit limit) {
        return accounts.refresh(limit.account()).compose(account -> {
            long ours = account.ownSpent();
            return books.flush()
                    .compose(_ -> reports.spent(limit.budget().scope(), limit.period()))
                    .compose(all -> before(limit.account(), all - ours - account.othersSpent(BEFORE)))
                    .compose(_ -> accounts.refresh(limit.account()))
                    .mapEmpty();
        });
    }

    private Future<?> before(String account, long spent) {
        WriterShare share = new WriterShare(account, BEFORE, 0, 0, Math.max(0, spent), clock.millis());
        return bus.ask(Addresses.STORE_COUNT, new WriteTotals(BEFORE, List.of(), List.of(share)));
    }

    private Future<BudgetStatus> state(Budget budget) {
        Future<Figures> day = figures(budget, Period.DAY, budget.dailyMicros());
        Future<Figures> month = figures(budget, Period.MONTH, budget.monthlyMicros());
        return Future.all(day, month)
                .map(_ -> new BudgetStatus(
                        budget,
                        day.result().spent(),
                        month.result().spent(),
                        Math.max(day.result().open(), month.result().open())));
    }

    private Future<Figures> figures(Budget budget, Period period, OptionalLong limit) {
        if (limit.isEmpty()) {
            return books.flush()
                    .transform(_ -> reports.spent(budget.scope(), period))
                    .map(spent -> new Figures(spent, 0));
        }
        String account =
                BudgetLimit.of(budget, period, limit.getAsLong(), clock.instant()).account();
        return accounts.refresh(account).map(known -> new Figures(known.spent(), known.open()));
    }

    private static Budget sound(Budget budget) {
        List<Problem.Violation> found = new ArrayList<>();
        check(
                found,
                SCOPE.matcher(budget.scope()).matches(),
                "/scope",
                "must be global, provider:{name}, user:{id} or key:{id}");
        check(found, budget.dailyMicros().orElse(0) >= 0, "/daily_usd", "must not be negative");
        check(found, budget.monthlyMicros().orElse(0) >= 0, "/monthly_usd", "must not be negative");
        check(found, budget.warnAt() > 0 && budget.warnAt() <= 1, "/warn_at", "must be greater than 0 and at most 1");
        if (!found.isEmpty()) {
            throw new Problem.Invalid(found).toException();
        }
        return budget;
    }

    private static void check(List<Problem.Violation> found, boolean right, String pointer, String words) {
        if (!right) {
            found.add(new Problem.Violation(pointer, "range", words));
        }
    }

    /** The spent and the still reserved amount. */
    private record Figures(long spent, long open) {}
}

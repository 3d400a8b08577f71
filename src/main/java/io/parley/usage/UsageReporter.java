package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.BudgetMessage;
import io.parley.contract.BudgetMessage.Period;
import io.parley.contract.LedgerMessage.SumUsage;
import io.parley.contract.LedgerMessage.TimeRange;
import io.parley.contract.LedgerMessage.UsageFilter;
import io.parley.contract.Problem;
import io.parley.contract.UsageMessage.Grouping;
import io.parley.contract.UsageMessage.QueryUsage;
import io.parley.contract.UsageMessage.Rows;
import io.parley.contract.UsageMessage.Summarize;
import io.parley.contract.UsageMessage.Summary;
import io.parley.contract.UsageMessage.UsageTotals;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Answers usage reports and summaries from the stored rollups. */
final class UsageReporter {

    private static final Instant MAX_TIME = Instant.parse("2100-01-01T00:00:00Z");

    private final Bus bus;
    private final InstantSource clock;

    UsageReporter(Bus bus, InstantSource clock) {
        this.bus = bus;
        this.clock = clock;
    }

    Future<Rows> report(QueryUsage report) {
        check(!report.from().isBefore(Instant.EPOCH), "/from", "must not be before 1970");
        check(report.to().isBefore(MAX_TIME), "/to", "must be before 2100");
        check(report.from().isBefore(report.to()), "/to", "must be after from");
        boolean hourly = report.groupBy().contains(Grouping.HOUR);
        return bus.request(
                Addresses.STORE_SUM_USAGE,
                new SumUsage(
                        UtcPeriods.ranges(report.from(), report.to(), hourly),
                        UsageFilter.forUser(report.user()),
                        report.groupBy()));
    }

    Future<Summary> summarize(Summarize request) {
        Instant now = clock.instant();
        UsageFilter filter = UsageFilter.forUser(request.user());
        Future<UsageTotals> today = total(UtcPeriods.lastDays(1, now), filter);
        Future<UsageTotals> last7Days = total(UtcPeriods.lastDays(7, now), filter);
        Future<UsageTotals> last30Days = total(UtcPeriods.lastDays(30, now), filter);
        Future<UsageTotals> month = total(UtcPeriods.range(Period.MONTH, now), filter);
        return Future.all(today, last7Days, last30Days, month)
                .map(_ -> new Summary(today.result(), last7Days.result(), last30Days.result(), month.result()));
    }

    /** The cost of a budget's scope in the current period, in micro-dollars, according to the rollups. */
    Future<Long> spent(String scope, Period period) {
        return total(UtcPeriods.range(period, clock.instant()), filter(scope)).map(UsageTotals::costMicros);
    }

    private static void check(boolean valid, String pointer, String message) {
        if (!valid) {
            throw new Problem.Invalid(List.of(new Problem.Violation(pointer, "range", message))).toException();
        }
    }

    private Future<UsageTotals> total(TimeRange range, UsageFilter filter) {
        return bus.request(Addresses.STORE_SUM_USAGE, new SumUsage(List.of(range), filter, List.of()))
                .map(rows -> rows.data().stream().map(row -> row.totals()).reduce(UsageTotals.NONE, UsageTotals::plus));
    }

    private static UsageFilter filter(String scope) {
        return new UsageFilter(
                scopeValue(scope, BudgetMessage.PROVIDER_PREFIX),
                scopeValue(scope, BudgetMessage.USER_PREFIX),
                scopeValue(scope, BudgetMessage.KEY_PREFIX));
    }

    private static Optional<String> scopeValue(String scope, String prefix) {
        return scope.startsWith(prefix) ? Optional.of(scope.substring(prefix.length())) : Optional.empty();
    }
}

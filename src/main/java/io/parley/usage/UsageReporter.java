package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.LedgerMessage.TimeRange;
import io.parley.contract.LedgerMessage.SumUsage;
import io.parley.contract.LedgerMessage.UsageFilter;
import io.parley.contract.BudgetMessage;
import io.parley.contract.BudgetMessage.Period;
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

    private static final Instant END = Instant.parse("2100-01-01T00:00:00Z");

    private final Bus bus;
    private final InstantSource clock;

    UsageReporter(Bus bus, InstantSource clock) {
        this.bus = bus;
        this.clock = clock;
    }

    Future<Rows> report(QueryUsage report) {
        check(!report.from().isBefore(Instant.EPOCH), "/from", "must not be before 1970");
        check(report.to().isBefore(END), "/to", "must be before 2100");
        check(report.from().isBefore(report.to()), "/to", "must be after from");
        boolean hourly = report.by().contains(Grouping.HOUR);
        return bus.ask(
                Addresses.STORE_SUM,
                new SumUsage(UtcPeriods.slices(report.from(), report.to(), hourly), UsageFilter.user(report.user()), report.by()));
    }

    Future<Summary> summarize(Summarize question) {
        Instant now = clock.instant();
        UsageFilter whose = UsageFilter.user(question.user());
        Future<UsageTotals> today = total(UtcPeriods.lastDays(1, now), whose);
        Future<UsageTotals> seven = total(UtcPeriods.lastDays(7, now), whose);
        Future<UsageTotals> thirty = total(UtcPeriods.lastDays(30, now), whose);
        Future<UsageTotals> month = total(UtcPeriods.slice(Period.MONTH, now), whose);
        return Future.all(today, seven, thirty, month)
                .map(_ -> new Summary(today.result(), seven.result(), thirty.result(), month.result()));
    }

    /** The cost of a budget's scope in the current period, in micro-dollars, according to the rollups. */
    Future<Long> spent(String scope, Period period) {
        return total(UtcPeriods.slice(period, clock.instant()), whose(scope)).map(UsageTotals::costMicros);
    }

    private static void check(boolean right, String pointer, String words) {
        if (!right) {
            throw new Problem.Invalid(List.of(new Problem.Violation(pointer, "range", words))).toException();
        }
    }

    private Future<UsageTotals> total(TimeRange slice, UsageFilter whose) {
        return bus.ask(Addresses.STORE_SUM, new SumUsage(List.of(slice), whose, List.of()))
                .map(rows -> rows.data().stream().map(row -> row.sums()).reduce(UsageTotals.NONE, UsageTotals::plus));
    }

    private static UsageFilter whose(String scope) {
        return new UsageFilter(
                after(scope, BudgetMessage.PROVIDER),
                after(scope, BudgetMessage.USER),
                after(scope, BudgetMessage.KEY));
    }

    private static Optional<String> after(String scope, String kind) {
        return scope.startsWith(kind) ? Optional.of(scope.substring(kind.length())) : Optional.empty();
    }
}

package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How much may be spent, and by whom. A scope is {@code global}, {@code provider:<name>}, {@code user:<id>} or {@code key:<id>}; days and
 * months are those of UTC.
 */
public sealed interface BudgetMessage extends Message {

    /** Everything that anybody spends. */
    String GLOBAL = "global";

    String PROVIDER = "provider:";
    String USER = "user:";
    String KEY = "key:";

    /** What happens when a budget is spent. */
    enum OnExceed {
        BLOCK,
        WARN
    }

    /** What an alert says. */
    enum Level {
        /** A budget is nearly spent. */
        WARNING,
        /** A budget is spent. */
        EXCEEDED
    }

    /** For how long a limit holds. */
    enum Period {
        DAY,
        MONTH
    }

    /**
     * What may be spent. A scope without limits has no budget.
     *
     * @param warnAt the part of a limit that is worth an alert
     */
    record Budget(String scope, OptionalLong dailyMicros, OptionalLong monthlyMicros, double warnAt, OnExceed onExceed)
            implements BudgetMessage {}

    /** Let this be the scope's budget from now on; what the period has seen already counts. */
    record Put(Budget budget) implements BudgetMessage {}

    /** How is the budget of this scope? {@link Problem.NotFound} if there is none. */
    record Read(String scope) implements BudgetMessage {}

    /** A budget and what is left of it; what is reserved is not yet spent. */
    record State(Budget budget, long spentTodayMicros, long spentMonthMicros, long reservedMicros)
            implements BudgetMessage {}

    /** A scope's budget is not what it was. */
    record Changed(String scope) implements BudgetMessage {}

    /**
     * A budget is nearly spent, or spent; told once for each period.
     *
     * @param id the same for the same scope, period and level
     */
    record Alert(
            String id,
            String scope,
            Level level,
            Period period,
            long limitMicros,
            long spentMicros,
            boolean blocked,
            Instant at)
            implements BudgetMessage {}

    /** Alerts, newest first, of one scope or of all. */
    record ListAlerts(Optional<String> scope, int limit, Optional<String> after) implements BudgetMessage {}

    record Alerts(List<Alert> data, Optional<String> next) implements BudgetMessage {
        public Alerts {
            data = List.copyOf(data);
        }
    }
}

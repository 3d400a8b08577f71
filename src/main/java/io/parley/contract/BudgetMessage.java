package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Requests, replies and events of budgets. A scope is {@code global}, {@code provider:<name>}, {@code user:<id>} or
 * {@code key:<id>}; days and months are in UTC; amounts are micro-dollars.
 */
public sealed interface BudgetMessage extends Message {

    /** The scope of all spending. */
    String GLOBAL = "global";

    String PROVIDER_PREFIX = "provider:";
    String USER_PREFIX = "user:";
    String KEY_PREFIX = "key:";

    /** The action when a budget is exceeded: reject further requests, or only raise an alert. */
    enum OnExceed {
        BLOCK,
        WARN
    }

    /** The severity of an alert. */
    enum Level {
        /** Spending has reached the warning threshold. */
        WARNING,
        /** Spending has reached the limit. */
        EXCEEDED
    }

    /** The period a limit applies to. */
    enum Period {
        DAY,
        MONTH
    }

    /**
     * The limits of a scope, in micro-dollars. A budget without limits removes the budget of its scope.
     * @param warnAt fraction of a limit at which a warning is raised: greater than 0, at most 1
     */
    record Budget(String scope, OptionalLong dailyMicros, OptionalLong monthlyMicros, double warnAt, OnExceed onExceed)
            implements BudgetMessage {}

    /** Sets the budget of a scope; spending earlier in the current period counts. */
    record Put(Budget budget) implements BudgetMessage {}

    /** Reads the budget of a scope and its status. */
    record Read(String scope) implements BudgetMessage {}

    /** A budget and the amounts of its current periods; reserved amounts are not included in the spent ones. */
    record BudgetStatus(Budget budget, long spentTodayMicros, long spentMonthMicros, long reservedMicros)
            implements BudgetMessage {}

    /** The budget of a scope was set or removed. */
    record Changed(String scope) implements BudgetMessage {}

    /**
     * A budget has reached its warning threshold or its limit; raised once per period and level.
     * @param id identifies scope, period and level
     * @param blocked whether further requests are rejected
     */
    record Alert(
            String id,
            String scope,
            Level level,
            Period period,
            long limitMicros,
            long spentMicros,
            boolean blocked,
            Instant raisedAt)
            implements BudgetMessage {}

    /** Lists alerts, newest first, of one scope or, if empty, of all scopes. */
    record ListAlerts(Optional<String> scope, int limit, Optional<String> after) implements BudgetMessage {}

    /** A page of alerts; {@code next} is the cursor of the next page. */
    record Alerts(List<Alert> data, Optional<String> next) implements BudgetMessage {
        public Alerts {
            data = List.copyOf(data);
        }
    }
}

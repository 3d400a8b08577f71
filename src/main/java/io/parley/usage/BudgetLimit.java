package io.parley.usage;

import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.OnExceed;
import io.parley.contract.BudgetMessage.Period;
import java.time.Instant;
import java.util.OptionalLong;

/** A daily or monthly limit of a budget, in its current period. */
record BudgetLimit(Budget budget, Period period, String bucket, long micros) {

    static BudgetLimit of(Budget budget, Period period, long micros, Instant now) {
        return new BudgetLimit(budget, period, UtcPeriods.bucket(period, now), micros);
    }

    /** The id of the account in the store. */
    String account() {
        return budget.scope() + "|" + bucket;
    }

    boolean blocks() {
        return budget.onExceed() == OnExceed.BLOCK;
    }

    /** The amount that must not be exceeded; empty if the budget only warns. */
    OptionalLong hardLimit() {
        return blocks() ? OptionalLong.of(micros) : OptionalLong.empty();
    }

    boolean nearlyExceeded(long used) {
        return used > 0 && used >= budget.warnAt() * micros;
    }

    boolean exceeded(long used) {
        return used > 0 && used >= micros;
    }
}

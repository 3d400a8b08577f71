package io.parley.usage;

import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.OnExceed;
import io.parley.contract.BudgetMessage.Period;
import java.time.Instant;
import java.util.OptionalLong;

/** One limit of a budget in the period that is now. */
record Limit(Budget budget, Period period, String bucket, long micros) {

    static Limit of(Budget budget, Period period, long micros, Instant now) {
        return new Limit(budget, period, Calendar.bucket(period, now), micros);
    }

    /** What the store calls the account. */
    String account() {
        return budget.scope() + "|" + bucket;
    }

    boolean blocks() {
        return budget.onExceed() == OnExceed.BLOCK;
    }

    /** What may not be passed, if anything. */
    OptionalLong most() {
        return blocks() ? OptionalLong.of(micros) : OptionalLong.empty();
    }

    boolean nearlySpent(long used) {
        return used > 0 && used >= budget.warnAt() * micros;
    }

    boolean spent(long used) {
        return used > 0 && used >= micros;
    }
}

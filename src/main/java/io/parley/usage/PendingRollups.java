package io.parley.usage;

import io.parley.contract.LedgerMessage.BucketKey;
import io.parley.contract.LedgerMessage.RollupTotal;
import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.parley.contract.UsageMessage.UsageTotals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Accumulates the hourly and daily totals of one writer, and tracks which of them are not stored yet. */
final class PendingRollups {

    private final Map<BucketKey, UsageTotals> totals = new HashMap<>();
    private final Set<BucketKey> changed = new LinkedHashSet<>();

    void add(UsageRecorded spent) {
        for (BucketUnit unit : BucketUnit.values()) {
            BucketKey key = BucketKey.of(unit, spent);
            totals.merge(key, UsageTotals.of(spent.attempt()), UsageTotals::plus);
            changed.add(key);
        }
    }

    /** Returns up to {@code most} changed totals and marks them as stored. */
    List<RollupTotal> changes(int most) {
        List<BucketKey> taken = changed.stream().limit(most).toList();
        List<RollupTotal> tallies = new ArrayList<>();
        for (BucketKey key : taken) {
            changed.remove(key);
            tallies.add(RollupTotal.of(key, totals.getOrDefault(key, UsageTotals.NONE)));
        }
        return tallies;
    }

    /** Marks these totals as not stored, because writing them failed. */
    void unknown(List<RollupTotal> tallies) {
        tallies.forEach(tally -> changed.add(tally.key()));
    }

    /** Whether there are totals that are not stored yet. */
    boolean changed() {
        return !changed.isEmpty();
    }

    int size() {
        return totals.size();
    }

    /** Removes all totals, for a new writer id. */
    void clear() {
        totals.clear();
    }
}

package io.parley.usage;

import io.parley.contract.LedgerMessage.BucketKey;
import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.LedgerMessage.RollupTotal;
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

    void add(UsageRecorded entry) {
        for (BucketUnit unit : BucketUnit.values()) {
            BucketKey key = BucketKey.of(unit, entry);
            totals.merge(key, UsageTotals.of(entry.attempt()), UsageTotals::plus);
            changed.add(key);
        }
    }

    /** Returns up to {@code max} changed totals and marks them as stored. */
    List<RollupTotal> changes(int max) {
        List<BucketKey> keys = changed.stream().limit(max).toList();
        List<RollupTotal> rollupTotals = new ArrayList<>();
        for (BucketKey key : keys) {
            changed.remove(key);
            rollupTotals.add(RollupTotal.of(key, totals.getOrDefault(key, UsageTotals.NONE)));
        }
        return rollupTotals;
    }

    /** Marks these totals as not stored, because writing them failed. */
    void markChanged(List<RollupTotal> rollupTotals) {
        rollupTotals.forEach(rollupTotal -> changed.add(rollupTotal.key()));
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

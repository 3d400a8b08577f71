package io.parley.usage;

import io.parley.contract.BooksMessage.BucketKey;
import io.parley.contract.BooksMessage.Tally;
import io.parley.contract.BooksMessage.Unit;
import io.parley.contract.UsageMessage.Spent;
import io.parley.contract.UsageMessage.Sums;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One writer's totals by hour and by day, and which of them the store does not know yet. */
final class Tallies {

    private final Map<BucketKey, Sums> totals = new HashMap<>();
    private final Set<BucketKey> changed = new LinkedHashSet<>();

    void add(Spent spent) {
        for (Unit unit : Unit.values()) {
            BucketKey key = BucketKey.of(unit, spent);
            totals.merge(key, Sums.of(spent.attempt()), Sums::plus);
            changed.add(key);
        }
    }

    /** Up to {@code most} totals that have changed; from now on the store is thought to know them. */
    List<Tally> changes(int most) {
        List<BucketKey> taken = changed.stream().limit(most).toList();
        List<Tally> tallies = new ArrayList<>();
        for (BucketKey key : taken) {
            changed.remove(key);
            tallies.add(Tally.of(key, totals.getOrDefault(key, Sums.NONE)));
        }
        return tallies;
    }

    /** The store does not know these after all. */
    void unknown(List<Tally> tallies) {
        tallies.forEach(tally -> changed.add(tally.key()));
    }

    /** Whether the store does not know all. */
    boolean changed() {
        return !changed.isEmpty();
    }

    int size() {
        return totals.size();
    }

    /** Begin anew, for another writer. */
    void clear() {
        totals.clear();
    }
}

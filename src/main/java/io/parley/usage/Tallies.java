package io.parley.usage;

import io.parley.contract.BooksMessage.Heading;
import io.parley.contract.BooksMessage.Tally;
import io.parley.contract.BooksMessage.Unit;
import io.parley.contract.Origin;
import io.parley.contract.UsageMessage.Attempt;
import io.parley.contract.UsageMessage.Spent;
import io.parley.contract.UsageMessage.Sums;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Accumulates the hourly and daily totals of one writer, and tracks which of them are not stored yet. */
final class Tallies {

    private final Map<Place, Sums> totals = new HashMap<>();
    private final Set<Place> changed = new LinkedHashSet<>();

    void add(Spent spent) {
        for (Unit unit : Unit.values()) {
            Place place = new Place(unit, Calendar.bucket(unit, spent.at()), heading(spent.attempt()));
            totals.merge(place, Sums.of(spent.attempt()), Sums::plus);
            changed.add(place);
        }
    }

    /** Returns up to {@code most} changed totals and marks them as stored. */
    List<Tally> changes(int most) {
        List<Place> taken = changed.stream().limit(most).toList();
        List<Tally> tallies = new ArrayList<>();
        for (Place place : taken) {
            changed.remove(place);
            tallies.add(
                    new Tally(place.unit(), place.bucket(), place.heading(), totals.getOrDefault(place, Sums.NONE)));
        }
        return tallies;
    }

    /** Marks these totals as not stored, because writing them failed. */
    void unknown(List<Tally> tallies) {
        tallies.forEach(tally -> changed.add(new Place(tally.unit(), tally.bucket(), tally.heading())));
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

    private static Heading heading(Attempt attempt) {
        Origin origin = attempt.origin();
        return new Heading(
                attempt.provider(),
                attempt.model(),
                origin.user(),
                origin.contextId().orElse(""),
                origin.apiKey().orElse(""));
    }

    private record Place(Unit unit, String bucket, Heading heading) {}
}

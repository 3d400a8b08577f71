package io.parley.journal;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/** The runs that a store did not take in time and may have all the same; of very many, only those that were refused last. */
final class Unborn {

    private static final int MOST = 10_000;

    private final SequencedSet<String> runs = new LinkedHashSet<>();

    void add(String run) {
        runs.add(run);
        if (runs.size() > MOST) {
            runs.removeFirst();
        }
    }

    void remove(String run) {
        runs.remove(run);
    }

    boolean has(String run) {
        return runs.contains(run);
    }
}

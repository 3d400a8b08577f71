package io.parley.bus;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * Remembers the most recent ids. Bounded: the oldest is dropped first. Frequency-based eviction is unsuitable: it may
 * drop the newest id, which is the one needed next. Not thread-safe.
 */
public final class RecentIds {

    private final int max;
    private final SequencedSet<String> ids = new LinkedHashSet<>();

    public RecentIds(int max) {
        this.max = max;
    }

    /** Adds {@code id}; returns whether it is new. */
    public boolean add(String id) {
        boolean fresh = ids.add(id);
        if (ids.size() > max) {
            ids.removeFirst();
        }
        return fresh;
    }

    public void remove(String id) {
        ids.remove(id);
    }

    public boolean contains(String id) {
        return ids.contains(id);
    }
}

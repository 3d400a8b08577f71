package io.parley.bus;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * Remembers ids in the order in which they came. Bounded: the oldest is dropped first. A cache that drops what is used least would not
 * do: an id that has just come is the one that is asked for next. Not safe for use by several threads.
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

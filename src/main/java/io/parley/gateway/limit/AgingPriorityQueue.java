package io.parley.gateway.limit;

import io.parley.contract.GatewayMessage.Priority;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Orders entries by priority with aging: lower priorities are ordered as if they had arrived later, so higher ones overtake but no entry
 * starves. The caller passes the time.
 */
final class AgingPriorityQueue<T> {

    private final TreeSet<Entry<T>> entries =
            new TreeSet<>(Comparator.<Entry<T>>comparingLong(Entry::rank).thenComparingLong(Entry::sequence));
    private long nextSequence;

    /** The position of an item. */
    record Entry<T>(T item, long rank, long sequence) {}

    Entry<T> add(T item, Priority priority, long now) {
        Entry<T> entry = new Entry<>(item, now + agingOffset(priority).toNanos(), nextSequence++);
        entries.add(entry);
        return entry;
    }

    /** Removes the entry; returns whether it was still queued. */
    boolean remove(Entry<T> entry) {
        return entries.remove(entry);
    }

    /** All entries, the next one first. */
    List<Entry<T>> ordered() {
        return List.copyOf(entries);
    }

    Entry<T> last() {
        return entries.last();
    }

    int size() {
        return entries.size();
    }

    private static Duration agingOffset(Priority priority) {
        return switch (priority) {
            case INTERACTIVE -> Duration.ZERO;
            case NORMAL -> Duration.ofSeconds(5);
            case BATCH -> Duration.ofSeconds(15);
        };
    }
}

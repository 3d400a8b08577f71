package io.parley.gateway.limit;

import io.parley.contract.GatewayMessage.Priority;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Who waits, and in which order: by when they came, but the less urgent as if they had come later. So the urgent overtake, and nobody
 * is overtaken for ever. Time is what it is told.
 */
final class AgingPriorityQueue<T> {

    private final TreeSet<Entry<T>> entries =
            new TreeSet<>(Comparator.<Entry<T>>comparingLong(Entry::rank).thenComparingLong(Entry::sequence));
    private long nextSequence;

    /** Somebody's place. */
    record Entry<T>(T item, long rank, long sequence) {}

    Entry<T> add(T item, Priority priority, long now) {
        Entry<T> entry = new Entry<>(item, now + agingOffset(priority).toNanos(), nextSequence++);
        entries.add(entry);
        return entry;
    }

    /** Whether the place was still taken. */
    boolean remove(Entry<T> entry) {
        return entries.remove(entry);
    }

    /** Everybody, the next one first. */
    List<Entry<T>> ordered() {
        return List.copyOf(entries);
    }

    /** Whoever comes last. */
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

package io.parley.gateway;

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

    private final TreeSet<Entry<T>> places =
            new TreeSet<>(Comparator.<Entry<T>>comparingLong(Entry::rank).thenComparingLong(Entry::number));
    private long number;

    /** Somebody's place. */
    record Entry<T>(T guest, long rank, long number) {}

    Entry<T> enter(T guest, Priority priority, long now) {
        Entry<T> place = new Entry<>(guest, now + behind(priority).toNanos(), number++);
        places.add(place);
        return place;
    }

    /** Whether the place was still taken. */
    boolean leave(Entry<T> place) {
        return places.remove(place);
    }

    /** Everybody, the next one first. */
    List<Entry<T>> inOrder() {
        return List.copyOf(places);
    }

    /** Whoever comes last. */
    Entry<T> last() {
        return places.last();
    }

    int size() {
        return places.size();
    }

    private static Duration behind(Priority priority) {
        return switch (priority) {
            case INTERACTIVE -> Duration.ZERO;
            case NORMAL -> Duration.ofSeconds(5);
            case BATCH -> Duration.ofSeconds(15);
        };
    }
}

package io.parley.usage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A map of limited size that evicts the oldest entry first. */
final class Bounded<K, V> {

    private final Map<K, V> entries = new LinkedHashMap<>();
    private final int most;

    Bounded(int most) {
        this.most = most;
    }

    /** Stores the entry; {@code true} if the key is new. */
    boolean put(K key, V value) {
        boolean fresh = entries.put(key, value) == null;
        if (entries.size() > most) {
            entries.remove(entries.keySet().iterator().next());
        }
        return fresh;
    }

    Optional<V> find(K key) {
        return Optional.ofNullable(entries.get(key));
    }

    Optional<V> take(K key) {
        return Optional.ofNullable(entries.remove(key));
    }
}

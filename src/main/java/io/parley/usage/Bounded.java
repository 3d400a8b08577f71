package io.parley.usage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A memory of so many things; what came first is forgotten first. */
final class Bounded<K, V> {

    private final Map<K, V> entries = new LinkedHashMap<>();
    private final int most;

    Bounded(int most) {
        this.most = most;
    }

    /** Remember it; whether it is new. */
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

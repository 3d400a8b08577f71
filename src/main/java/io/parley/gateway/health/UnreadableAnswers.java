package io.parley.gateway.health;

import java.util.HashSet;
import java.util.Set;

/** Distinguishes a provider that is broken from one that cannot answer a particular request readably. */
final class UnreadableAnswers {

    /** The number of different requests in a row without anything readable that shows a broken provider. */
    private static final int THRESHOLD = 3;

    private final Set<String> requests = new HashSet<>();

    /** Adds a request without a readable answer; returns whether the provider is broken. */
    boolean add(String requestId) {
        if (requests.size() < THRESHOLD) {
            requests.add(requestId);
        }
        return requests.size() >= THRESHOLD;
    }

    /** The provider has sent something readable. */
    void clear() {
        requests.clear();
    }
}

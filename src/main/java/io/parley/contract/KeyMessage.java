package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Keys that programs call with. The key itself is known to its holder alone: all that is kept of it is its SHA-256. */
public sealed interface KeyMessage extends Message {

    /** What every key begins with. */
    String PREFIX = "sk-parley-";

    /**
     * What a key may do.
     *
     * @param allowedModels as in {@link AuthMessage.Grant}
     */
    record Terms(
            String name,
            Set<String> allowedModels,
            OptionalInt requestsPerMinute,
            OptionalInt tokensPerMinute,
            Optional<Instant> expiresAt) {
        public Terms {
            allowedModels = Set.copyOf(allowedModels);
        }
    }

    /** Make a key, with a budget of its own if there are limits. */
    record Create(String by, Terms terms, OptionalLong dailyMicros, OptionalLong monthlyMicros) implements KeyMessage {}

    /** The one time that the key is shown; never prints it. */
    record Created(Issued key, String secret) implements KeyMessage {
        @Override
        public String toString() {
            return "Created[key=" + key + ", secret=***]";
        }
    }

    /**
     * What is kept of a key.
     *
     * @param digest the SHA-256 of the key, in hexadecimal
     * @param createdBy the administrator
     */
    record Issued(String id, String digest, Terms terms, String createdBy, Instant createdAt) implements KeyMessage {}

    /** Keys that have not been revoked, newest first. */
    record Listing(int limit, Optional<String> after) implements KeyMessage {}

    record Keys(List<Issued> data, Optional<String> next) implements KeyMessage {
        public Keys {
            data = List.copyOf(data);
        }
    }

    /** Take the key back. */
    record Revoke(String id) implements KeyMessage {}

    /** The key is worth nothing any more. */
    record Revoked(String id) implements KeyMessage {}

    /** Keep this key. */
    record Insert(Issued key) implements KeyMessage {}

    /** The key with this digest, unless it is revoked. */
    record Find(String digest) implements KeyMessage {}
}

package io.parley.contract;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Requests, replies and events of API keys. The server stores only the SHA-256 digest of a key. */
public sealed interface ApiKeyMessage extends Message {

    /** The prefix of every API key. */
    String PREFIX = "sk-parley-";

    /**
     * What a key may do.
     * @param allowedModels as in {@link AuthMessage.ApiKeyGrant}; empty allows all models
     * @param requestsPerMinute maximum requests per minute; empty means unlimited
     * @param tokensPerMinute maximum input and output tokens per minute; empty means unlimited
     * @param expiresAt when the key expires; empty if it does not
     */
    record KeyPolicy(
            String name,
            Set<String> allowedModels,
            OptionalInt requestsPerMinute,
            OptionalInt tokensPerMinute,
            Optional<Instant> expiresAt) {
        public KeyPolicy {
            allowedModels = Set.copyOf(allowedModels);
        }
    }

    /** Creates a key, with its own budget if there are limits (micro-dollars). */
    record Create(String createdBy, KeyPolicy policy, OptionalLong dailyMicros, OptionalLong monthlyMicros)
            implements ApiKeyMessage {}

    /** The new key; the secret is contained only in this reply. {@code toString} hides it. */
    record Created(ApiKeyRecord key, String secret) implements ApiKeyMessage {
        @Override
        public String toString() {
            return "Created[key=" + key + ", secret=***]";
        }
    }

    /**
     * The stored record of an API key.
     * @param digest SHA-256 of the key, in hexadecimal
     * @param createdBy id of the administrator
     */
    record ApiKeyRecord(String id, String digest, KeyPolicy policy, String createdBy, Instant createdAt)
            implements ApiKeyMessage {}

    /** Lists keys that are not revoked, newest first: at most {@code limit}, after the cursor {@code after}. */
    record ListKeys(int limit, Optional<String> after) implements ApiKeyMessage {}

    /** A page of API key records; {@code next} is the cursor of the next page. */
    record Keys(List<ApiKeyRecord> data, Optional<String> next) implements ApiKeyMessage {
        public Keys {
            data = List.copyOf(data);
        }
    }

    /** Revokes a key. */
    record Revoke(String id) implements ApiKeyMessage {}

    /** A key has been revoked. */
    record Revoked(String id) implements ApiKeyMessage {}

    /** Stores an API key record. */
    record Insert(ApiKeyRecord key) implements ApiKeyMessage {}

    /** Finds the API key record with this digest, unless it is revoked. */
    record Find(String digest) implements ApiKeyMessage {}
}

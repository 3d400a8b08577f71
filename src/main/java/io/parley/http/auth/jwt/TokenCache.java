package io.parley.http.auth.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Sha256;
import java.time.Instant;
import java.util.Optional;

/**
 * Caches verified tokens by the digest of the whole token, so that no signature is verified twice. Bounded: the least used tokens
 * are dropped first. Lives on one event loop.
 */
final class TokenCache {

    private final Cache<String, Entry> tokens;

    TokenCache(int maxSize) {
        this.tokens = Caffeine.newBuilder()
                .maximumSize(maxSize)
                .executor(Runnable::run)
                .build();
    }

    /** The caller of a token, and the key that verified it. */
    record Entry(Caller caller, VerificationKey key) {

        boolean isValid(Instant now) {
            return caller.expiresAt().filter(now::isBefore).isPresent();
        }
    }

    /** The entry of {@code token}, unless the token has expired. */
    Optional<Entry> find(String token, Instant now) {
        String digest = Sha256.hex(token);
        Optional<Entry> found = Optional.ofNullable(tokens.getIfPresent(digest));
        if (found.isPresent() && !found.get().isValid(now)) {
            tokens.invalidate(digest);
            return Optional.empty();
        }
        return found;
    }

    void put(String token, Entry entry) {
        tokens.put(Sha256.hex(token), entry);
    }

    int size() {
        tokens.cleanUp();
        return Math.toIntExact(tokens.estimatedSize());
    }
}

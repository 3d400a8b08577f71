package io.parley.http.auth.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Sha256;
import java.time.Instant;
import java.util.Optional;

/**
 * Caches which tokens were verified, by the digest of the whole token, so that no signature is checked twice. Bounded: the tokens that
 * are used least are dropped first. Lives on one event loop.
 */
final class TokenCache {

    private final Cache<String, Entry> tokens;

    TokenCache(int maxSize) {
        this.tokens = Caffeine.newBuilder()
                .maximumSize(maxSize)
                .executor(Runnable::run)
                .build();
    }

    /** Who the token speaks for, and by which key. */
    record Entry(Caller caller, VerificationKey key) {

        boolean isValid(Instant now) {
            return caller.expiresAt().filter(now::isBefore).isPresent();
        }
    }

    /** What was found of {@code token}, if it still lives. */
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

package io.parley.http.auth;

import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.Sha256;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers which tokens were verified, by the digest of the whole token, so that no signature is checked twice. Keeps a bounded
 * number, the least recently used forgotten first. Lives on one event loop.
 */
final class VerifiedTokens {

    private final int most;
    private final Map<String, Verified> tokens = new LinkedHashMap<>(16, 0.75f, true);

    VerifiedTokens(int most) {
        this.most = most;
    }

    /** Who the token speaks for, and by which key. */
    record Verified(Caller caller, SigningKey key) {

        boolean alive(Instant now) {
            return caller.expiresAt().filter(now::isBefore).isPresent();
        }
    }

    /** What was found of {@code token}, if it still lives. */
    Optional<Verified> find(String token, Instant now) {
        String digest = Sha256.hex(token);
        Optional<Verified> found = Optional.ofNullable(tokens.get(digest));
        if (found.isPresent() && !found.get().alive(now)) {
            tokens.remove(digest);
            return Optional.empty();
        }
        return found;
    }

    void remember(String token, Verified verified) {
        tokens.put(Sha256.hex(token), verified);
        if (tokens.size() > most) {
            Iterator<String> eldest = tokens.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    int size() {
        return tokens.size();
    }
}

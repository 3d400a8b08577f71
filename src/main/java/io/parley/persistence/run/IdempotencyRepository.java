package io.parley.persistence.run;

import io.parley.contract.Problem;
import io.parley.contract.Sha256;
import io.parley.contract.StoreMessage.ClaimIdempotencyKey;
import io.parley.contract.StoreMessage.ClaimResult;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;

/** Stores idempotency keys: the first claim of a user's key is valid until it expires. */
public final class IdempotencyRepository {

    private static final int MAX_ATTEMPTS = 5;

    private static final DocumentMapper<ClaimIdempotencyKey> MAPPER = new DocumentMapper<>(
            RunSchema.IDEMPOTENCY_KEYS,
            ClaimIdempotencyKey.class,
            claim -> "claim_" + digest(claim.user(), claim.key()),
            claim -> Map.of(RunSchema.EXPIRES_AT, DocumentMapper.time(claim.expiresAt())));

    private final DocumentStore store;
    private final InstantSource clock;

    public IdempotencyRepository(DocumentStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Idempotent: a caller that got no reply may retry, and an identical claim counts as its own. */
    public Future<ClaimResult> claim(ClaimIdempotencyKey claim) {
        return claim(claim, MAX_ATTEMPTS);
    }

    /** Deletes expired claims. */
    public Future<Long> deleteExpired() {
        return store.delete(RunSchema.IDEMPOTENCY_KEYS, Filter.ANY.below(RunSchema.EXPIRES_AT, now() + 1));
    }

    private Future<ClaimResult> claim(ClaimIdempotencyKey claim, int attempts) {
        if (attempts == 0) {
            return Future.failedFuture(
                    new Problem.Conflict("the idempotency key is being claimed by other requests; try again")
                            .toException());
        }
        return store.insert(RunSchema.IDEMPOTENCY_KEYS, MAPPER.toDocument(claim, 1))
                .compose(inserted -> inserted
                        ? Future.succeededFuture(result(true, claim))
                        : store.get(RunSchema.IDEMPOTENCY_KEYS, MAPPER.id().apply(claim), Filter.ANY)
                                .compose(found -> found.map(existing -> resolveConflict(claim, existing, attempts))
                                        .orElseGet(() -> claim(claim, attempts - 1))));
    }

    private Future<ClaimResult> resolveConflict(ClaimIdempotencyKey claim, Document existing, int attempts) {
        ClaimIdempotencyKey current = MAPPER.fromDocument(existing);
        boolean own = current.digest().equals(claim.digest()) && current.value().equals(claim.value());
        if (own || existing.integer(RunSchema.EXPIRES_AT) > now()) {
            return Future.succeededFuture(result(own, current));
        }
        return store.replaceIf(RunSchema.IDEMPOTENCY_KEYS, MAPPER.toDocument(claim, existing.version()), Filter.ANY)
                .compose(applied -> applied ? Future.succeededFuture(result(true, claim)) : claim(claim, attempts - 1));
    }

    private long now() {
        return DocumentMapper.micros(clock.instant());
    }

    private static ClaimResult result(boolean first, ClaimIdempotencyKey claim) {
        return new ClaimResult(first, claim.digest(), claim.value());
    }

    /** Clients choose keys of any form and length; the length prefix prevents collisions between two users. */
    private static String digest(String user, String key) {
        return Sha256.hex(user.length() + ":" + user + key);
    }
}

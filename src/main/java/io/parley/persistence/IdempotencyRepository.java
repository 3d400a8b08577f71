package io.parley.persistence;

import io.parley.contract.Problem;
import io.parley.contract.Sha256;
import io.parley.contract.StoreMessage.ClaimIdempotencyKey;
import io.parley.contract.StoreMessage.ClaimResult;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;

/** Stores idempotency keys: the first claim of a user's key is valid until it expires. */
final class IdempotencyRepository {

    private static final int ATTEMPTS = 5;

    private static final DocumentMapper<ClaimIdempotencyKey> MAPPING = new DocumentMapper<>(
            Schema.CLAIMS,
            ClaimIdempotencyKey.class,
            claim -> "claim_" + digest(claim.user(), claim.key()),
            claim -> Map.of(Schema.EXPIRES, DocumentMapper.time(claim.expiresAt())));

    private final DocumentStore store;
    private final InstantSource clock;

    IdempotencyRepository(DocumentStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Idempotent: a caller that got no reply may retry, and an identical claim counts as its own. */
    Future<ClaimResult> claim(ClaimIdempotencyKey claim) {
        return claim(claim, ATTEMPTS);
    }

    /** Deletes expired claims. */
    Future<Long> sweep() {
        return store.delete(Schema.CLAIMS, Filter.ANY.below(Schema.EXPIRES, now() + 1));
    }

    private Future<ClaimResult> claim(ClaimIdempotencyKey claim, int attempts) {
        if (attempts == 0) {
            return Future.failedFuture(
                    new Problem.Conflict("the idempotency key is being claimed by other requests; try again")
                            .toException());
        }
        return store.insert(Schema.CLAIMS, MAPPING.document(claim, 1))
                .compose(inserted -> inserted
                        ? Future.succeededFuture(answer(true, claim))
                        : store.get(Schema.CLAIMS, MAPPING.id().apply(claim), Filter.ANY)
                                .compose(holder -> holder.map(there -> challenge(claim, there, attempts))
                                        .orElseGet(() -> claim(claim, attempts - 1))));
    }

    private Future<ClaimResult> challenge(ClaimIdempotencyKey claim, Document there, int attempts) {
        ClaimIdempotencyKey holder = MAPPING.value(there);
        boolean own = holder.digest().equals(claim.digest()) && holder.value().equals(claim.value());
        if (own || there.whole(Schema.EXPIRES) > now()) {
            return Future.succeededFuture(answer(own, holder));
        }
        return store.replaceIf(Schema.CLAIMS, MAPPING.document(claim, there.version()), Filter.ANY)
                .compose(applied -> applied ? Future.succeededFuture(answer(true, claim)) : claim(claim, attempts - 1));
    }

    private long now() {
        return DocumentMapper.micros(clock.instant());
    }

    private static ClaimResult answer(boolean fresh, ClaimIdempotencyKey standing) {
        return new ClaimResult(fresh, standing.digest(), standing.value());
    }

    /** Clients choose keys of any form and length; the length prefix prevents collisions between two users. */
    private static String digest(String user, String key) {
        return Sha256.hex(user.length() + ":" + user + key);
    }
}

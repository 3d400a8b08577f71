package io.parley.persistence;

import io.parley.contract.KeyMessage;
import io.parley.contract.KeyMessage.Issued;
import io.parley.contract.KeyMessage.Listing;
import io.parley.contract.KeyMessage.Revoke;
import io.parley.contract.Problem;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** Stores API keys, found by their digest. Revoked keys are retained so that their ids are never reused. */
final class Keys {

    private static final long VALID = 0;
    private static final long TAKEN_BACK = 1;

    private static final Mapping<Issued> MAPPING = new Mapping<>(
            Books.KEYS,
            Issued.class,
            Issued::id,
            key -> Map.of(
                    Books.DIGEST, Value.of(key.digest()),
                    Books.REVOKED, Value.of(VALID),
                    Kinds.CREATED, Mapping.time(key.createdAt())));

    private final DocumentStore store;

    Keys(DocumentStore store) {
        this.store = store;
    }

    Future<Void> insert(Issued key) {
        return store.insert(Books.KEYS, MAPPING.document(key, 1))
                .compose(inserted -> inserted
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                new Problem.Conflict("an API key with this id exists already").toException()));
    }

    Future<Issued> find(String digest) {
        Filter filter = Filter.where(Books.DIGEST, digest).and(Books.REVOKED, VALID);
        return store.find(Books.KEYS, new Query(filter, Order.up(Kinds.CREATED), 1, Optional.empty()))
                .compose(
                        found -> found.isEmpty() ? missing() : Future.succeededFuture(MAPPING.value(found.getFirst())));
    }

    Future<KeyMessage.Keys> list(Listing listing) {
        return new Pages(store, Books.KEYS, Order.down(Kinds.CREATED))
                .page(Filter.where(Books.REVOKED, VALID), listing.limit(), listing.after())
                .map(page -> new KeyMessage.Keys(
                        page.data().stream().map(MAPPING::value).toList(), page.next()));
    }

    Future<Void> revoke(Revoke revoke) {
        Filter valid = Filter.where(Books.REVOKED, VALID).withId(revoke.id());
        return store.set(Books.KEYS, valid, Map.of(Books.REVOKED, Value.of(TAKEN_BACK)))
                .compose(count -> count == 0 ? missing() : Future.succeededFuture());
    }

    private static <T> Future<T> missing() {
        return Future.failedFuture(new Problem.NotFound().toException());
    }
}

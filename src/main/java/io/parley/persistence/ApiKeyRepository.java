package io.parley.persistence;

import io.parley.contract.KeyMessage;
import io.parley.contract.KeyMessage.ApiKeyRecord;
import io.parley.contract.KeyMessage.ListKeys;
import io.parley.contract.KeyMessage.Revoke;
import io.parley.contract.Problem;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** Stores API keys, found by their digest. Revoked keys are retained so that their ids are never reused. */
final class ApiKeyRepository {

    private static final long VALID = 0;
    private static final long TAKEN_BACK = 1;

    private static final DocumentMapper<ApiKeyRecord> MAPPING = new DocumentMapper<>(
            AccountingSchema.KEYS,
            ApiKeyRecord.class,
            ApiKeyRecord::id,
            key -> Map.of(
                    AccountingSchema.DIGEST, Value.of(key.digest()),
                    AccountingSchema.REVOKED, Value.of(VALID),
                    Schema.CREATED, DocumentMapper.time(key.createdAt())));

    private final DocumentStore store;

    ApiKeyRepository(DocumentStore store) {
        this.store = store;
    }

    Future<Void> insert(ApiKeyRecord key) {
        return store.insert(AccountingSchema.KEYS, MAPPING.document(key, 1))
                .compose(inserted -> inserted
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                new Problem.Conflict("an API key with this id exists already").toException()));
    }

    Future<ApiKeyRecord> find(String digest) {
        Filter filter = Filter.where(AccountingSchema.DIGEST, digest).and(AccountingSchema.REVOKED, VALID);
        return store.find(AccountingSchema.KEYS, new Query(filter, Order.up(Schema.CREATED), 1, Optional.empty()))
                .compose(
                        found -> found.isEmpty() ? missing() : Future.succeededFuture(MAPPING.value(found.getFirst())));
    }

    Future<KeyMessage.Keys> list(ListKeys listing) {
        return new Paginator(store, AccountingSchema.KEYS, Order.down(Schema.CREATED))
                .page(Filter.where(AccountingSchema.REVOKED, VALID), listing.limit(), listing.after())
                .map(page -> new KeyMessage.Keys(
                        page.data().stream().map(MAPPING::value).toList(), page.next()));
    }

    Future<Void> revoke(Revoke revoke) {
        Filter valid = Filter.where(AccountingSchema.REVOKED, VALID).withId(revoke.id());
        return store.set(AccountingSchema.KEYS, valid, Map.of(AccountingSchema.REVOKED, Value.of(TAKEN_BACK)))
                .compose(count -> count == 0 ? missing() : Future.succeededFuture());
    }

    private static <T> Future<T> missing() {
        return Future.failedFuture(new Problem.NotFound().toException());
    }
}

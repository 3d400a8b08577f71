package io.parley.persistence.accounting;

import io.parley.contract.ApiKeyMessage;
import io.parley.contract.ApiKeyMessage.ApiKeyRecord;
import io.parley.contract.ApiKeyMessage.ListKeys;
import io.parley.contract.ApiKeyMessage.Revoke;
import io.parley.contract.Problem;
import io.parley.persistence.run.RunSchema;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Paginator;
import io.parley.persistence.store.Query;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** Stores API keys, found by their digest. Revoked keys are retained so that their ids are never reused. */
public final class ApiKeyRepository {

    private static final long VALID = 0;
    private static final long REVOKED = 1;

    private static final DocumentMapper<ApiKeyRecord> MAPPER = new DocumentMapper<>(
            AccountingSchema.API_KEYS,
            ApiKeyRecord.class,
            ApiKeyRecord::id,
            key -> Map.of(
                    AccountingSchema.DIGEST, Value.of(key.digest()),
                    AccountingSchema.REVOKED, Value.of(VALID),
                    RunSchema.CREATED, DocumentMapper.time(key.createdAt())));

    private final DocumentStore store;

    public ApiKeyRepository(DocumentStore store) {
        this.store = store;
    }

    public Future<Void> insert(ApiKeyRecord key) {
        return store.insert(AccountingSchema.API_KEYS, MAPPER.toDocument(key, 1))
                .compose(inserted -> inserted
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                new Problem.Conflict("an API key with this id already exists").toException()));
    }

    public Future<ApiKeyRecord> find(String digest) {
        Filter filter = Filter.where(AccountingSchema.DIGEST, digest).and(AccountingSchema.REVOKED, VALID);
        return store.find(
                        AccountingSchema.API_KEYS,
                        new Query(filter, Order.ascendingBy(RunSchema.CREATED), 1, Optional.empty()))
                .compose(found ->
                        found.isEmpty() ? notFound() : Future.succeededFuture(MAPPER.fromDocument(found.getFirst())));
    }

    public Future<ApiKeyMessage.Keys> list(ListKeys request) {
        return new Paginator(store, AccountingSchema.API_KEYS, Order.descendingBy(RunSchema.CREATED))
                .page(Filter.where(AccountingSchema.REVOKED, VALID), request.limit(), request.after())
                .map(page -> new ApiKeyMessage.Keys(
                        page.data().stream().map(MAPPER::fromDocument).toList(), page.next()));
    }

    public Future<Void> revoke(Revoke revoke) {
        Filter valid = Filter.where(AccountingSchema.REVOKED, VALID).withId(revoke.id());
        return store.set(AccountingSchema.API_KEYS, valid, Map.of(AccountingSchema.REVOKED, Value.of(REVOKED)))
                .compose(count -> count == 0 ? notFound() : Future.succeededFuture());
    }

    private static <T> Future<T> notFound() {
        return Future.failedFuture(new Problem.NotFound().toException());
    }
}

package io.parley.persistence.run;

import io.parley.contract.Problem;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Paginator;
import io.parley.persistence.store.Paginator.Page;
import io.parley.persistence.store.Query.Order;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Stores documents that belong to users. Every query includes the owner, so that documents of other users look absent. */
record OwnerScopedRepository<T>(DocumentStore store, DocumentMapper<T> mapper) {

    private static final int MAX_ATTEMPTS = 10;

    /** {@code false} if the id already exists. */
    Future<Boolean> insert(T value) {
        return store.insert(mapper.documentType(), mapper.toDocument(value, 1));
    }

    /** Inserts a value whose id was just generated; fails if the id exists. */
    Future<T> create(T value) {
        return insert(value)
                .compose(inserted -> inserted
                        ? Future.succeededFuture(value)
                        : Future.failedFuture(new IllegalStateException("a generated id already exists")));
    }

    Future<Optional<T>> find(String owner, String id) {
        return document(owner, id).map(found -> found.map(mapper::fromDocument));
    }

    Future<T> load(String owner, String id) {
        return find(owner, id).compose(OwnerScopedRepository::required);
    }

    Future<T> update(String owner, String id, UnaryOperator<T> change) {
        return update(owner, id, change, MAX_ATTEMPTS);
    }

    Future<Void> delete(String owner, String id) {
        return store.delete(
                        mapper.documentType(),
                        Filter.where(RunSchema.OWNER, owner).withId(id))
                .compose(count -> count == 0 ? notFound() : Future.succeededFuture());
    }

    Future<Page> list(Filter filter, Order order, int limit, Optional<String> after) {
        return new Paginator(store, mapper.documentType(), order).page(filter, limit, after);
    }

    private Future<Optional<Document>> document(String owner, String id) {
        return store.get(mapper.documentType(), id, Filter.where(RunSchema.OWNER, owner));
    }

    private Future<T> update(String owner, String id, UnaryOperator<T> change, int attempts) {
        if (attempts == 0) {
            return Future.failedFuture(
                    new Problem.Conflict("the resource is being changed by other requests; try again").toException());
        }
        return document(owner, id).compose(OwnerScopedRepository::required).compose(found -> {
            T changed = change.apply(mapper.fromDocument(found));
            Document next = mapper.toDocument(changed, found.version());
            return store.replaceIf(mapper.documentType(), next, Filter.where(RunSchema.OWNER, owner))
                    .compose(applied ->
                            applied ? Future.succeededFuture(changed) : update(owner, id, change, attempts - 1));
        });
    }

    private static <R> Future<R> required(Optional<R> found) {
        return found.map(Future::succeededFuture).orElseGet(OwnerScopedRepository::notFound);
    }

    private static <R> Future<R> notFound() {
        return Future.failedFuture(new Problem.NotFound().toException());
    }
}

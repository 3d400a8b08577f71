package io.parley.persistence;

import io.parley.persistence.Query.Order;
import io.parley.persistence.Query.Position;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Visits all documents that match a filter, page by page, up to a limit. */
record Scan(DocumentStore store, DocumentType kind, Order order, int most, Supplier<RuntimeException> tooMany) {

    private static final int PAGE = 1_000;

    /** A scan without a limit. */
    static Scan all(DocumentStore store, DocumentType kind, Order order) {
        return new Scan(store, kind, order, Integer.MAX_VALUE, IllegalStateException::new);
    }

    /** Passes the documents to {@code visitor} in order. */
    Future<Void> each(Filter filter, Consumer<Document> visitor) {
        return from(filter, Optional.empty(), 0, visitor);
    }

    private Future<Void> from(Filter filter, Optional<Position> place, int before, Consumer<Document> visitor) {
        return store.find(kind, new Query(filter, order, PAGE, place)).compose(found -> {
            if (before > most - found.size()) {
                return Future.failedFuture(tooMany.get());
            }
            found.forEach(visitor);
            return found.size() < PAGE
                    ? Future.succeededFuture()
                    : from(filter, Optional.of(end(found)), before + found.size(), visitor);
        });
    }

    private Position end(List<Document> found) {
        return new Position(
                found.getLast().value(order.field()), found.getLast().id());
    }
}

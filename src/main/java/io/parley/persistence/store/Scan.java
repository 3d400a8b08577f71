package io.parley.persistence.store;

import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Query.Position;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Visits all documents that match a filter, page by page, up to a limit. */
public record Scan(
        DocumentStore store, DocumentType type, Order order, int maxDocuments, Supplier<RuntimeException> tooMany) {

    private static final int PAGE = 1_000;

    /** A scan without a limit. */
    public static Scan unlimited(DocumentStore store, DocumentType type, Order order) {
        return new Scan(store, type, order, Integer.MAX_VALUE, IllegalStateException::new);
    }

    /** Passes the documents to {@code visitor} in order. */
    public Future<Void> forEach(Filter filter, Consumer<Document> visitor) {
        return scanFrom(filter, Optional.empty(), 0, visitor);
    }

    private Future<Void> scanFrom(Filter filter, Optional<Position> position, int scanned, Consumer<Document> visitor) {
        return store.find(type, new Query(filter, order, PAGE, position)).compose(found -> {
            if (scanned > maxDocuments - found.size()) {
                return Future.failedFuture(tooMany.get());
            }
            found.forEach(visitor);
            return found.size() < PAGE
                    ? Future.succeededFuture()
                    : scanFrom(filter, Optional.of(lastPosition(found)), scanned + found.size(), visitor);
        });
    }

    private Position lastPosition(List<Document> found) {
        return new Position(
                found.getLast().value(order.field()), found.getLast().id());
    }
}

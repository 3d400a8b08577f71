package io.parley.persistence.run;

import io.parley.contract.Problem;
import io.parley.contract.StoreMessage;
import io.parley.contract.StoreMessage.Append;
import io.parley.contract.StoreMessage.Appended;
import io.parley.contract.StoreMessage.ReadBatches;
import io.parley.contract.StoreMessage.RunBatch;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Query;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Stores the events of runs in batches. The id of a batch is its run and the sequence number of its first event: if two writers both
 * believe that they are at the tail, only one can insert it. This fences off a writer that has lost its lease.
 */
public final class RunBatchRepository {

    private static final int MAX_ATTEMPTS = 3;
    private static final Appended STORED = new Appended(true, Optional.empty());

    private static final DocumentMapper<RunBatch> MAPPER = new DocumentMapper<>(
            RunSchema.RUN_BATCHES,
            RunBatch.class,
            batch -> String.format(Locale.ROOT, "%s:%012d", batch.run(), batch.first()),
            batch -> Map.of(
                    RunSchema.RUN, Value.of(batch.run()),
                    RunSchema.LAST_SEQUENCE, Value.of(batch.last().seq())));

    private final DocumentStore store;

    public RunBatchRepository(DocumentStore store) {
        this.store = store;
    }

    /** Idempotent: a writer that got no reply may retry, and an identical batch counts as stored. */
    public Future<Appended> append(Append append) {
        return append(MAPPER.toDocument(append.batch(), 1), MAX_ATTEMPTS);
    }

    public Future<StoreMessage.Batches> read(ReadBatches read) {
        Filter filter = Filter.where(RunSchema.RUN, read.run()).from(RunSchema.LAST_SEQUENCE, read.after() + 1);
        Query query = new Query(filter, Order.ascendingBy(RunSchema.LAST_SEQUENCE), read.limit() + 1, Optional.empty());
        return store.find(RunSchema.RUN_BATCHES, query).map(found -> {
            boolean more = found.size() > read.limit();
            List<Document> items = more ? found.subList(0, read.limit()) : found;
            return new StoreMessage.Batches(
                    items.stream().map(MAPPER::fromDocument).toList(), more);
        });
    }

    Future<Void> delete(String run) {
        return store.delete(RunSchema.RUN_BATCHES, Filter.where(RunSchema.RUN, run))
                .mapEmpty();
    }

    private Future<Appended> append(Document document, int attempts) {
        return store.insert(RunSchema.RUN_BATCHES, document)
                .compose(inserted -> inserted
                        ? Future.succeededFuture(STORED)
                        : store.get(RunSchema.RUN_BATCHES, document.id(), Filter.ANY)
                                .compose(found -> found.map(
                                                existing -> Future.succeededFuture(resolveConflict(document, existing)))
                                        .orElseGet(() -> retry(document, attempts))));
    }

    /** The conflicting batch is not readable: it is not replicated to a majority yet, or was deleted just now. */
    private Future<Appended> retry(Document document, int attempts) {
        return attempts > 1
                ? append(document, attempts - 1)
                : Future.failedFuture(
                        new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)).toException());
    }

    private static Appended resolveConflict(Document batch, Document existing) {
        return batch.body().equals(existing.body())
                ? STORED
                : new Appended(false, Optional.of(MAPPER.fromDocument(existing)));
    }
}

package io.parley.persistence.accounting;

import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.LedgerMessage.RecordAttempts;
import io.parley.contract.LedgerMessage.Recorded;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.parley.persistence.run.RunSchema;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Scan;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Stores one entry for each attempt: if several writers receive the same attempt, its id lets only one of them insert it. */
public final class UsageLedger {

    private final DocumentStore store;

    public UsageLedger(DocumentStore store) {
        this.store = store;
    }

    /** Idempotent: a writer that got no reply may retry, and entries that it inserted before count as its own. */
    public Future<Recorded> append(RecordAttempts request) {
        List<Future<Boolean>> inserts = request.entries().stream()
                .map(entry -> append(request.writer(), entry))
                .toList();
        return Future.all(inserts)
                .map(_ -> new Recorded(IntStream.range(0, inserts.size())
                        .filter(i -> Objects.requireNonNull(inserts.get(i).result()))
                        .mapToObj(i -> request.entries().get(i).attempt().id())
                        .collect(Collectors.toSet())));
    }

    /** Visits the entries that {@code writer} has inserted for the hour {@code from} and later. */
    Future<Void> forEach(String writer, String from, Consumer<UsageRecorded> visitor) {
        Filter filter = Filter.where(AccountingSchema.WRITER, writer).from(AccountingSchema.BUCKET, from);
        return Scan.unlimited(store, AccountingSchema.LEDGER, Order.ascendingBy(AccountingSchema.BUCKET))
                .forEach(filter, document -> visitor.accept(mapper(writer).fromDocument(document)));
    }

    private Future<Boolean> append(String writer, UsageRecorded entry) {
        Document document = mapper(writer).toDocument(entry, 1);
        return store.insert(AccountingSchema.LEDGER, document)
                .compose(inserted -> inserted
                        ? Future.succeededFuture(true)
                        : store.get(
                                        AccountingSchema.LEDGER,
                                        document.id(),
                                        Filter.where(AccountingSchema.WRITER, writer))
                                .map(existing -> existing.isPresent()));
    }

    private static DocumentMapper<UsageRecorded> mapper(String writer) {
        return new DocumentMapper<>(
                AccountingSchema.LEDGER,
                UsageRecorded.class,
                entry -> "attempt_" + entry.attempt().id(),
                entry -> Map.of(
                        AccountingSchema.WRITER, Value.of(writer),
                        AccountingSchema.BUCKET, Value.of(BucketUnit.HOUR.bucket(entry.recordedAt())),
                        RunSchema.CREATED, DocumentMapper.time(entry.recordedAt())));
    }
}

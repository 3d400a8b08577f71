package io.parley.persistence;

import io.parley.contract.LedgerMessage.RecordAttempts;
import io.parley.contract.LedgerMessage.Recorded;
import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Stores one entry for each attempt: if several writers receive the same attempt, its id lets only one of them insert it. */
final class UsageLedger {

    private final DocumentStore store;

    UsageLedger(DocumentStore store) {
        this.store = store;
    }

    /** Idempotent: a writer that got no reply may retry, and entries that it inserted before count as its own. */
    Future<Recorded> book(RecordAttempts book) {
        List<Future<Boolean>> entries =
                book.entries().stream().map(entry -> book(book.writer(), entry)).toList();
        return Future.all(entries)
                .map(_ -> new Recorded(IntStream.range(0, entries.size())
                        .filter(i -> Objects.requireNonNull(entries.get(i).result()))
                        .mapToObj(i -> book.entries().get(i).attempt().id())
                        .collect(Collectors.toSet())));
    }

    /** Visits the entries that {@code writer} has inserted for the hour {@code from} and later. */
    Future<Void> each(String writer, String from, Consumer<UsageRecorded> visitor) {
        Filter filter = Filter.where(AccountingSchema.WRITER, writer).from(AccountingSchema.BUCKET, from);
        return Scan.all(store, AccountingSchema.LEDGER, Order.up(AccountingSchema.BUCKET))
                .each(filter, document -> visitor.accept(mapping(writer).value(document)));
    }

    private Future<Boolean> book(String writer, UsageRecorded entry) {
        Document document = mapping(writer).document(entry, 1);
        return store.insert(AccountingSchema.LEDGER, document)
                .compose(inserted -> inserted
                        ? Future.succeededFuture(true)
                        : store.get(AccountingSchema.LEDGER, document.id(), Filter.where(AccountingSchema.WRITER, writer))
                                .map(own -> own.isPresent()));
    }

    private static DocumentMapper<UsageRecorded> mapping(String writer) {
        return new DocumentMapper<>(
                AccountingSchema.LEDGER,
                UsageRecorded.class,
                entry -> "attempt_" + entry.attempt().id(),
                entry -> Map.of(
                        AccountingSchema.WRITER, Value.of(writer),
                        AccountingSchema.BUCKET, Value.of(BucketUnit.HOUR.bucket(entry.at())),
                        Schema.CREATED, DocumentMapper.time(entry.at())));
    }
}

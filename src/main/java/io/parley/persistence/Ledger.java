package io.parley.persistence;

import io.parley.contract.BooksMessage.Book;
import io.parley.contract.BooksMessage.Booked;
import io.parley.contract.BooksMessage.Unit;
import io.parley.contract.UsageMessage.Spent;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Every attempt that was ever made, once: however many writers hear of it, its id lets only one book it. */
final class Ledger {

    private final DocumentStore store;

    Ledger(DocumentStore store) {
        this.store = store;
    }

    /** A writer that was not answered may ask again: what it had booked is still its own. */
    Future<Booked> book(Book book) {
        List<Future<Boolean>> entries =
                book.entries().stream().map(entry -> book(book.writer(), entry)).toList();
        return Future.all(entries)
                .map(_ -> new Booked(IntStream.range(0, entries.size())
                        .filter(i -> Objects.requireNonNull(entries.get(i).result()))
                        .mapToObj(i -> book.entries().get(i).attempt().id())
                        .collect(Collectors.toSet())));
    }

    /** All that {@code writer} has booked in the hour {@code from} and later. */
    Future<Void> each(String writer, String from, Consumer<Spent> visitor) {
        Filter filter = Filter.where(Books.WRITER, writer).from(Books.BUCKET, from);
        return Scan.all(store, Books.LEDGER, Order.up(Books.BUCKET))
                .each(filter, document -> visitor.accept(mapping(writer).value(document)));
    }

    private Future<Boolean> book(String writer, Spent entry) {
        Document document = mapping(writer).document(entry, 1);
        return store.insert(Books.LEDGER, document)
                .compose(inserted -> inserted
                        ? Future.succeededFuture(true)
                        : store.get(Books.LEDGER, document.id(), Filter.where(Books.WRITER, writer))
                                .map(own -> own.isPresent()));
    }

    private static Mapping<Spent> mapping(String writer) {
        return new Mapping<>(
                Books.LEDGER,
                Spent.class,
                entry -> "attempt_" + entry.attempt().id(),
                entry -> Map.of(
                        Books.WRITER, Value.of(writer),
                        Books.BUCKET, Value.of(Unit.HOUR.bucket(entry.at())),
                        Kinds.CREATED, Mapping.time(entry.at())));
    }
}

package io.parley.persistence;

import io.parley.contract.BooksMessage.Account;
import io.parley.contract.BooksMessage.Held;
import io.parley.contract.BooksMessage.Hold;
import io.parley.contract.BooksMessage.Share;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stores budget reservations and their settlement. Each budget and period has one counter of reservations, which only increases, by a
 * conditional update: this makes overspending impossible. Each writer stores separately what it has settled.
 */
final class Shares {

    private final DocumentStore store;

    Shares(DocumentStore store) {
        this.store = store;
    }

    Future<Held> hold(Hold hold) {
        Document none = new Document(hold.account(), 1, Map.of(Books.GROSS, Value.of(0)), "{}");
        Step step = hold.most().isPresent()
                ? Step.within(Books.GROSS, hold.micros(), hold.most().getAsLong())
                : Step.of(Books.GROSS, hold.micros());
        return store.increment(Books.ACCOUNTS, none, List.of(step))
                .map(held -> new Held(
                        held.isPresent(),
                        held.map(document -> document.whole(Books.GROSS)).orElse(0L)));
    }

    Future<Account> read(String account) {
        List<Share> shares = new ArrayList<>();
        return Scan.all(store, Books.SHARES, Order.up(Books.TURN))
                .each(Filter.where(Books.ACCOUNT, account), document -> shares.add(share(document)))
                .compose(_ -> store.get(Books.ACCOUNTS, account, Filter.ANY))
                .map(gross -> new Account(
                        gross.map(document -> document.whole(Books.GROSS)).orElse(0L), shares));
    }

    Future<Void> put(List<Share> shares) {
        return Future.all(shares.stream().map(this::put).toList()).mapEmpty();
    }

    /** Settles the open reservations of {@code writer} in full: their real cost will never be reported. */
    Future<Void> settleAll(String writer) {
        List<Share> open = new ArrayList<>();
        return Scan.all(store, Books.SHARES, Order.up(Books.TURN))
                .each(Filter.where(Books.WRITER, writer), document -> open.add(share(document)))
                .compose(_ -> Future.all(open.stream()
                        .filter(share -> share.reserved() > share.settled())
                        .map(this::settle)
                        .toList()))
                .mapEmpty();
    }

    private Future<Long> settle(Share share) {
        long lost = share.reserved() - share.settled();
        Filter still = Filter.where(Books.TURN, share.turn()).withId(id(share));
        return store.set(
                Books.SHARES,
                still,
                Map.of(
                        Books.SETTLED, Value.of(share.reserved()),
                        Books.SPENT, Value.of(share.spent() + lost),
                        Books.TURN, Value.of(share.turn() + 1)));
    }

    private Future<Void> put(Share share) {
        Map<Field, Value> counters = Map.of(
                Books.RESERVED, Value.of(share.reserved()),
                Books.SETTLED, Value.of(share.settled()),
                Books.SPENT, Value.of(share.spent()),
                Books.TURN, Value.of(share.turn()));
        Filter older = Filter.ANY.withId(id(share)).below(Books.TURN, share.turn());
        return store.set(Books.SHARES, older, counters)
                .compose(count -> count > 0 ? Future.succeededFuture() : add(share, counters))
                .mapEmpty();
    }

    private Future<Boolean> add(Share share, Map<Field, Value> counters) {
        Map<Field, Value> fields = new HashMap<>(counters);
        fields.put(Books.ACCOUNT, Value.of(share.account()));
        fields.put(Books.WRITER, Value.of(share.writer()));
        return store.insert(Books.SHARES, new Document(id(share), 1, fields, "{}"));
    }

    private static Share share(Document document) {
        return new Share(
                document.text(Books.ACCOUNT),
                document.text(Books.WRITER),
                document.whole(Books.RESERVED),
                document.whole(Books.SETTLED),
                document.whole(Books.SPENT),
                document.whole(Books.TURN));
    }

    private static String id(Share share) {
        return share.writer() + "|" + share.account();
    }
}

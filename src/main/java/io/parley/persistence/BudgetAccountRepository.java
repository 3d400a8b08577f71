package io.parley.persistence;

import io.parley.contract.LedgerMessage.AccountBalance;
import io.parley.contract.LedgerMessage.Reserved;
import io.parley.contract.LedgerMessage.Reserve;
import io.parley.contract.LedgerMessage.WriterShare;
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
final class BudgetAccountRepository {

    private final DocumentStore store;

    BudgetAccountRepository(DocumentStore store) {
        this.store = store;
    }

    Future<Reserved> hold(Reserve hold) {
        Document none = new Document(hold.account(), 1, Map.of(AccountingSchema.GROSS, Value.of(0)), "{}");
        Increment step = hold.most().isPresent()
                ? Increment.within(AccountingSchema.GROSS, hold.micros(), hold.most().getAsLong())
                : Increment.of(AccountingSchema.GROSS, hold.micros());
        return store.increment(AccountingSchema.ACCOUNTS, none, List.of(step))
                .map(held -> new Reserved(
                        held.isPresent(),
                        held.map(document -> document.whole(AccountingSchema.GROSS)).orElse(0L)));
    }

    Future<AccountBalance> read(String account) {
        List<WriterShare> shares = new ArrayList<>();
        return Scan.all(store, AccountingSchema.SHARES, Order.up(AccountingSchema.TURN))
                .each(Filter.where(AccountingSchema.ACCOUNT, account), document -> shares.add(share(document)))
                .compose(_ -> store.get(AccountingSchema.ACCOUNTS, account, Filter.ANY))
                .map(gross -> new AccountBalance(
                        gross.map(document -> document.whole(AccountingSchema.GROSS)).orElse(0L), shares));
    }

    Future<Void> put(List<WriterShare> shares) {
        return Future.all(shares.stream().map(this::put).toList()).mapEmpty();
    }

    /** Settles the open reservations of {@code writer} in full: their real cost will never be reported. */
    Future<Void> settleAll(String writer) {
        List<WriterShare> open = new ArrayList<>();
        return Scan.all(store, AccountingSchema.SHARES, Order.up(AccountingSchema.TURN))
                .each(Filter.where(AccountingSchema.WRITER, writer), document -> open.add(share(document)))
                .compose(_ -> Future.all(open.stream()
                        .filter(share -> share.reserved() > share.settled())
                        .map(this::settle)
                        .toList()))
                .mapEmpty();
    }

    private Future<Long> settle(WriterShare share) {
        long lost = share.reserved() - share.settled();
        Filter still = Filter.where(AccountingSchema.TURN, share.turn()).withId(id(share));
        return store.set(
                AccountingSchema.SHARES,
                still,
                Map.of(
                        AccountingSchema.SETTLED, Value.of(share.reserved()),
                        AccountingSchema.SPENT, Value.of(share.spent() + lost),
                        AccountingSchema.TURN, Value.of(share.turn() + 1)));
    }

    private Future<Void> put(WriterShare share) {
        Map<Field, Value> counters = Map.of(
                AccountingSchema.RESERVED, Value.of(share.reserved()),
                AccountingSchema.SETTLED, Value.of(share.settled()),
                AccountingSchema.SPENT, Value.of(share.spent()),
                AccountingSchema.TURN, Value.of(share.turn()));
        Filter older = Filter.ANY.withId(id(share)).below(AccountingSchema.TURN, share.turn());
        return store.set(AccountingSchema.SHARES, older, counters)
                .compose(count -> count > 0 ? Future.succeededFuture() : add(share, counters))
                .mapEmpty();
    }

    private Future<Boolean> add(WriterShare share, Map<Field, Value> counters) {
        Map<Field, Value> fields = new HashMap<>(counters);
        fields.put(AccountingSchema.ACCOUNT, Value.of(share.account()));
        fields.put(AccountingSchema.WRITER, Value.of(share.writer()));
        return store.insert(AccountingSchema.SHARES, new Document(id(share), 1, fields, "{}"));
    }

    private static WriterShare share(Document document) {
        return new WriterShare(
                document.text(AccountingSchema.ACCOUNT),
                document.text(AccountingSchema.WRITER),
                document.whole(AccountingSchema.RESERVED),
                document.whole(AccountingSchema.SETTLED),
                document.whole(AccountingSchema.SPENT),
                document.whole(AccountingSchema.TURN));
    }

    private static String id(WriterShare share) {
        return share.writer() + "|" + share.account();
    }
}

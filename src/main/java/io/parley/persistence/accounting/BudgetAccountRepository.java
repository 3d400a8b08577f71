package io.parley.persistence.accounting;

import io.parley.contract.LedgerMessage.AccountBalance;
import io.parley.contract.LedgerMessage.Reserve;
import io.parley.contract.LedgerMessage.Reserved;
import io.parley.contract.LedgerMessage.WriterShare;
import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Field;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Increment;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Scan;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stores budget reservations and their settlement. Each budget and period has one counter of reservations, which only increases, by a
 * conditional update: this makes overspending impossible. Each writer stores separately what it has settled.
 */
public final class BudgetAccountRepository {

    private final DocumentStore store;

    public BudgetAccountRepository(DocumentStore store) {
        this.store = store;
    }

    public Future<Reserved> reserve(Reserve request) {
        Document initial =
                new Document(request.account(), 1, Map.of(AccountingSchema.RESERVED_TOTAL, Value.of(0)), "{}");
        Increment increment = request.maxTotal().isPresent()
                ? Increment.bounded(
                        AccountingSchema.RESERVED_TOTAL,
                        request.micros(),
                        request.maxTotal().getAsLong())
                : Increment.of(AccountingSchema.RESERVED_TOTAL, request.micros());
        return store.increment(AccountingSchema.ACCOUNTS, initial, List.of(increment))
                .map(updated -> new Reserved(
                        updated.isPresent(),
                        updated.map(document -> document.integer(AccountingSchema.RESERVED_TOTAL))
                                .orElse(0L)));
    }

    public Future<AccountBalance> read(String account) {
        List<WriterShare> shares = new ArrayList<>();
        return Scan.unlimited(store, AccountingSchema.SHARES, Order.ascendingBy(AccountingSchema.SEQUENCE))
                .forEach(Filter.where(AccountingSchema.ACCOUNT, account), document -> shares.add(toShare(document)))
                .compose(_ -> store.get(AccountingSchema.ACCOUNTS, account, Filter.ANY))
                .map(counter -> new AccountBalance(
                        counter.map(document -> document.integer(AccountingSchema.RESERVED_TOTAL))
                                .orElse(0L),
                        shares));
    }

    Future<Void> put(List<WriterShare> shares) {
        return Future.all(shares.stream().map(this::put).toList()).mapEmpty();
    }

    /** Settles the open reservations of {@code writer} in full: their real cost will never be reported. */
    Future<Void> settleAll(String writer) {
        List<WriterShare> open = new ArrayList<>();
        return Scan.unlimited(store, AccountingSchema.SHARES, Order.ascendingBy(AccountingSchema.SEQUENCE))
                .forEach(Filter.where(AccountingSchema.WRITER, writer), document -> open.add(toShare(document)))
                .compose(_ -> Future.all(open.stream()
                        .filter(share -> share.reserved() > share.settled())
                        .map(this::settle)
                        .toList()))
                .mapEmpty();
    }

    private Future<Long> settle(WriterShare share) {
        long unsettled = share.reserved() - share.settled();
        Filter unchanged =
                Filter.where(AccountingSchema.SEQUENCE, share.sequence()).withId(id(share));
        return store.set(
                AccountingSchema.SHARES,
                unchanged,
                Map.of(
                        AccountingSchema.SETTLED, Value.of(share.reserved()),
                        AccountingSchema.SPENT, Value.of(share.spent() + unsettled),
                        AccountingSchema.SEQUENCE, Value.of(share.sequence() + 1)));
    }

    private Future<Void> put(WriterShare share) {
        Map<Field, Value> counters = Map.of(
                AccountingSchema.RESERVED, Value.of(share.reserved()),
                AccountingSchema.SETTLED, Value.of(share.settled()),
                AccountingSchema.SPENT, Value.of(share.spent()),
                AccountingSchema.SEQUENCE, Value.of(share.sequence()));
        Filter stale = Filter.ANY.withId(id(share)).below(AccountingSchema.SEQUENCE, share.sequence());
        return store.set(AccountingSchema.SHARES, stale, counters)
                .compose(count -> count > 0 ? Future.succeededFuture() : add(share, counters))
                .mapEmpty();
    }

    private Future<Boolean> add(WriterShare share, Map<Field, Value> counters) {
        Map<Field, Value> fields = new HashMap<>(counters);
        fields.put(AccountingSchema.ACCOUNT, Value.of(share.account()));
        fields.put(AccountingSchema.WRITER, Value.of(share.writer()));
        return store.insert(AccountingSchema.SHARES, new Document(id(share), 1, fields, "{}"));
    }

    private static WriterShare toShare(Document document) {
        return new WriterShare(
                document.text(AccountingSchema.ACCOUNT),
                document.text(AccountingSchema.WRITER),
                document.integer(AccountingSchema.RESERVED),
                document.integer(AccountingSchema.SETTLED),
                document.integer(AccountingSchema.SPENT),
                document.integer(AccountingSchema.SEQUENCE));
    }

    private static String id(WriterShare share) {
        return share.writer() + "|" + share.account();
    }
}

package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.LedgerMessage.Reserve;
import io.parley.contract.LedgerMessage.ReadAccount;
import io.parley.contract.LedgerMessage.WriterShare;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Holds the budget accounts in use; loads each from the store when it is first needed. */
final class BudgetAccounts {

    /** How long accounts are retained after the end of their period. */
    private static final Duration OVER = Duration.ofDays(2);

    private final Bus bus;
    private final String writer;
    private final Map<String, BudgetAccount> accounts = new HashMap<>();
    private final Map<String, Future<BudgetAccount>> reading = new HashMap<>();
    private long turn;

    /** @param writer the writer id under which the shares of this instance are stored */
    BudgetAccounts(Bus bus, String writer) {
        this.bus = bus;
        this.writer = writer;
    }

    String writer() {
        return writer;
    }

    /** The account in memory; it may not be loaded yet. */
    BudgetAccount at(String id) {
        return accounts.computeIfAbsent(id, name -> new BudgetAccount(name, writer));
    }

    /** The account, loaded at least once. */
    Future<BudgetAccount> open(String id) {
        BudgetAccount account = at(id);
        return account.loaded() ? Future.succeededFuture(account) : refresh(id);
    }

    /** Loads the account from the store; concurrent calls share one request. */
    Future<BudgetAccount> refresh(String id) {
        Future<BudgetAccount> underWay = reading.get(id);
        if (underWay != null) {
            return underWay;
        }
        Future<BudgetAccount> read = bus.ask(Addresses.STORE_READ_ACCOUNT, new ReadAccount(id))
                .map(stored -> {
                    BudgetAccount account = at(id);
                    account.load(stored);
                    return account;
                });
        reading.put(id, read);
        read.onComplete(_ -> reading.remove(id));
        return read;
    }

    /** Reserves {@code micros} within {@code limit}, if that is set; {@code false} if the limit would be exceeded. */
    Future<Boolean> hold(String id, long micros, OptionalLong limit) {
        return open(id).compose(account -> {
            long slack = account.slack();
            return ask(account, micros, limit)
                    .compose(held -> held ? Future.succeededFuture(true) : again(account, slack, micros, limit));
        });
    }

    /** Loads the accounts that were changed before they were loaded. */
    Future<Void> ready() {
        return Future.all(accounts.values().stream()
                        .filter(account -> account.changed() && !account.loaded())
                        .map(account -> refresh(account.id()))
                        .toList())
                .mapEmpty();
    }

    /** The shares that are not stored yet. */
    List<WriterShare> changes() {
        turn++;
        return accounts.values().stream()
                .filter(account -> account.changed() && account.loaded())
                .map(account -> account.share(turn))
                .toList();
    }

    void unknown(List<WriterShare> shares) {
        shares.forEach(share -> at(share.account()).unknown());
    }

    /** Removes the accounts of periods that ended long ago. */
    void prune(Instant now) {
        String over = now.minus(OVER).toString();
        accounts.values().removeIf(account -> {
            String period = account.id().substring(account.id().lastIndexOf('|') + 1);
            return period.compareTo(over.substring(0, period.length())) < 0 && !account.ownOpen() && !account.changed();
        });
    }

    /** Retries if settled reservations have freed money in the meantime. */
    private Future<Boolean> again(BudgetAccount account, long slack, long micros, OptionalLong limit) {
        return refresh(account.id())
                .compose(now -> now.slack() > slack ? ask(now, micros, limit) : Future.succeededFuture(false));
    }

    private Future<Boolean> ask(BudgetAccount account, long micros, OptionalLong limit) {
        OptionalLong most =
                limit.isPresent() ? OptionalLong.of(limit.getAsLong() + account.slack()) : OptionalLong.empty();
        return bus.ask(Addresses.STORE_HOLD, new Reserve(account.id(), micros, most))
                .map(answer -> {
                    if (answer.held()) {
                        account.held(micros, answer.gross());
                    }
                    return answer.held();
                });
    }
}

package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.BooksMessage.Hold;
import io.parley.contract.BooksMessage.ReadAccount;
import io.parley.contract.BooksMessage.Share;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The accounts of the budgets that are in use; each is read when it is first needed. */
final class Accounts {

    /** How long a period must be over before its accounts are forgotten. */
    private static final Duration OVER = Duration.ofDays(2);

    private final Bus bus;
    private final String writer;
    private final Map<String, Account> accounts = new HashMap<>();
    private final Map<String, Future<Account>> reading = new HashMap<>();
    private long turn;

    /** @param writer in whose name this server's shares are kept */
    Accounts(Bus bus, String writer) {
        this.bus = bus;
        this.writer = writer;
    }

    String writer() {
        return writer;
    }

    /** The account as it is known here; it may not be read yet. */
    Account at(String id) {
        return accounts.computeIfAbsent(id, name -> new Account(name, writer));
    }

    /** The account, read at least once. */
    Future<Account> open(String id) {
        Account account = at(id);
        return account.loaded() ? Future.succeededFuture(account) : refresh(id);
    }

    /** The account as the store knows it now; whoever asks meanwhile gets the same answer. */
    Future<Account> refresh(String id) {
        Future<Account> underWay = reading.get(id);
        if (underWay != null) {
            return underWay;
        }
        Future<Account> read = bus.ask(Addresses.STORE_READ_ACCOUNT, new ReadAccount(id))
                .map(stored -> {
                    Account account = at(id);
                    account.load(stored);
                    return account;
                });
        reading.put(id, read);
        read.onComplete(_ -> reading.remove(id));
        return read;
    }

    /** Set {@code micros} aside within {@code limit}, if there is one; whether they are. */
    Future<Boolean> hold(String id, long micros, OptionalLong limit) {
        return open(id).compose(account -> {
            long slack = account.slack();
            return ask(account, micros, limit)
                    .compose(held -> held ? Future.succeededFuture(true) : again(account, slack, micros, limit));
        });
    }

    /** Read whatever was changed before it was ever read. */
    Future<Void> ready() {
        return Future.all(accounts.values().stream()
                        .filter(account -> account.changed() && !account.loaded())
                        .map(account -> refresh(account.id()))
                        .toList())
                .mapEmpty();
    }

    /** The shares that the store does not know. */
    List<Share> changes() {
        turn++;
        return accounts.values().stream()
                .filter(account -> account.changed() && account.loaded())
                .map(account -> account.share(turn))
                .toList();
    }

    void unknown(List<Share> shares) {
        shares.forEach(share -> at(share.account()).unknown());
    }

    /** Forget periods that are long over. */
    void prune(Instant now) {
        String over = now.minus(OVER).toString();
        accounts.values().removeIf(account -> {
            String period = account.id().substring(account.id().lastIndexOf('|') + 1);
            return period.compareTo(over.substring(0, period.length())) < 0 && !account.ownOpen() && !account.changed();
        });
    }

    /** Others may have given back in the meantime, and so may we. */
    private Future<Boolean> again(Account account, long slack, long micros, OptionalLong limit) {
        return refresh(account.id())
                .compose(now -> now.slack() > slack ? ask(now, micros, limit) : Future.succeededFuture(false));
    }

    private Future<Boolean> ask(Account account, long micros, OptionalLong limit) {
        OptionalLong most =
                limit.isPresent() ? OptionalLong.of(limit.getAsLong() + account.slack()) : OptionalLong.empty();
        return bus.ask(Addresses.STORE_HOLD, new Hold(account.id(), micros, most))
                .map(answer -> {
                    if (answer.held()) {
                        account.held(micros, answer.gross());
                    }
                    return answer.held();
                });
    }
}

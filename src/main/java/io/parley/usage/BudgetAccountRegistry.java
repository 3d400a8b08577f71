package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.LedgerMessage.ReadAccount;
import io.parley.contract.LedgerMessage.Reserve;
import io.parley.contract.LedgerMessage.WriterShare;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Holds the budget accounts in use; loads each from the store when it is first needed. */
final class BudgetAccountRegistry {

    /** How long accounts are retained after the end of their period. */
    private static final Duration RETENTION = Duration.ofDays(2);

    private final Bus bus;
    private final String writer;
    private final Map<String, BudgetAccount> accounts = new HashMap<>();
    private final Map<String, Future<BudgetAccount>> pendingReads = new HashMap<>();
    private long sequence;

    /** @param writer the writer id under which the shares of this instance are stored */
    BudgetAccountRegistry(Bus bus, String writer) {
        this.bus = bus;
        this.writer = writer;
    }

    String writer() {
        return writer;
    }

    /** The account in memory; it may not be loaded yet. */
    BudgetAccount account(String id) {
        return accounts.computeIfAbsent(id, name -> new BudgetAccount(name, writer));
    }

    /** The account, loaded at least once. */
    Future<BudgetAccount> load(String id) {
        BudgetAccount account = account(id);
        return account.loaded() ? Future.succeededFuture(account) : refresh(id);
    }

    /** Loads the account from the store; concurrent calls share one request. */
    Future<BudgetAccount> refresh(String id) {
        Future<BudgetAccount> pending = pendingReads.get(id);
        if (pending != null) {
            return pending;
        }
        Future<BudgetAccount> read = bus.request(Addresses.STORE_READ_ACCOUNT, new ReadAccount(id))
                .map(stored -> {
                    BudgetAccount account = account(id);
                    account.load(stored);
                    return account;
                });
        pendingReads.put(id, read);
        read.onComplete(_ -> pendingReads.remove(id));
        return read;
    }

    /** Reserves {@code micros} within {@code limit}, if that is set; {@code false} if the limit would be exceeded. */
    Future<Boolean> reserve(String id, long micros, OptionalLong limit) {
        return load(id).compose(account -> {
            long refunded = account.refundedTotal();
            return requestReservation(account, micros, limit)
                    .compose(reserved -> reserved
                            ? Future.succeededFuture(true)
                            : retryAfterRefresh(account, refunded, micros, limit));
        });
    }

    /** Loads the accounts that were changed before they were loaded. */
    Future<Void> loadChanged() {
        return Future.all(accounts.values().stream()
                        .filter(account -> account.changed() && !account.loaded())
                        .map(account -> refresh(account.id()))
                        .toList())
                .mapEmpty();
    }

    /** The shares that are not stored yet. */
    List<WriterShare> changes() {
        sequence++;
        return accounts.values().stream()
                .filter(account -> account.changed() && account.loaded())
                .map(account -> account.share(sequence))
                .toList();
    }

    void markChanged(List<WriterShare> shares) {
        shares.forEach(share -> account(share.account()).markChanged());
    }

    /** Removes the accounts of periods that ended long ago. */
    void prune(Instant now) {
        String cutoff = now.minus(RETENTION).toString();
        accounts.values().removeIf(account -> {
            String period = account.id().substring(account.id().lastIndexOf('|') + 1);
            return period.compareTo(cutoff.substring(0, period.length())) < 0
                    && !account.hasOwnReservations()
                    && !account.changed();
        });
    }

    /** Retries if settled reservations have freed money in the meantime. */
    private Future<Boolean> retryAfterRefresh(BudgetAccount account, long refunded, long micros, OptionalLong limit) {
        return refresh(account.id())
                .compose(current -> current.refundedTotal() > refunded
                        ? requestReservation(current, micros, limit)
                        : Future.succeededFuture(false));
    }

    private Future<Boolean> requestReservation(BudgetAccount account, long micros, OptionalLong limit) {
        OptionalLong max =
                limit.isPresent() ? OptionalLong.of(limit.getAsLong() + account.refundedTotal()) : OptionalLong.empty();
        return bus.request(Addresses.STORE_RESERVE, new Reserve(account.id(), micros, max))
                .map(reply -> {
                    if (reply.reserved()) {
                        account.reserve(micros, reply.reservedTotal());
                    }
                    return reply.reserved();
                });
    }
}

package io.parley.usage;

import io.parley.contract.LedgerMessage;
import io.parley.contract.LedgerMessage.WriterShare;
import java.util.List;

/**
 * Tracks the reservations and the spending of one budget in one period, as far as this instance knows. The total of all reservations
 * is counted in the store and only increases; the share of this instance is known here before it is stored.
 */
final class BudgetAccount {

    private final String id;
    private final String writer;
    private List<WriterShare> otherShares = List.of();
    private long reservedTotal;
    private long reserved;
    private long settled;
    private long spent;
    private boolean loaded;
    private boolean changed;

    BudgetAccount(String id, String writer) {
        this.id = id;
        this.writer = writer;
    }

    String id() {
        return id;
    }

    boolean loaded() {
        return loaded;
    }

    /** Whether the share has changes that are not stored yet. */
    boolean changed() {
        return changed;
    }

    /**
     * Applies the stored state. Reads the share of this instance only the first time; afterwards the copy in memory is
     * newer.
     */
    void load(LedgerMessage.AccountBalance stored) {
        reservedTotal = Math.max(reservedTotal, stored.reservedTotal());
        otherShares = stored.shares().stream()
                .filter(share -> !share.writer().equals(writer))
                .toList();
        if (!loaded) {
            loaded = true;
            stored.shares().stream()
                    .filter(share -> share.writer().equals(writer))
                    .forEach(ownShare -> add(ownShare.reserved(), ownShare.settled(), ownShare.spent()));
        }
    }

    /** Records a reservation of {@code micros} by this instance, after which all instances have reserved {@code total}. */
    void reserve(long micros, long total) {
        reservedTotal = Math.max(reservedTotal, total);
        add(micros, 0, 0);
        changed = true;
    }

    /** Settles a reservation of {@code micros} with its real cost. */
    void settle(long micros, long cost) {
        add(0, micros, cost);
        changed = true;
    }

    /** Records a cost without a reservation. */
    void spend(long cost) {
        add(0, 0, cost);
        changed = true;
    }

    /** The total by which settled reservations exceeded their real cost; it may be reserved again. */
    long refundedTotal() {
        return settled
                - spent
                + otherShares.stream()
                        .mapToLong(share -> share.settled() - share.spent())
                        .sum();
    }

    /** The reserved amount that is not settled yet, for all instances together. */
    long outstanding() {
        return reservedTotal
                - settled
                - otherShares.stream().mapToLong(WriterShare::settled).sum();
    }

    /** Whether this instance has reservations that are not settled yet. */
    boolean hasOwnReservations() {
        return reserved != settled;
    }

    /** The amounts that are spent and still reserved. */
    long used() {
        return reservedTotal - refundedTotal();
    }

    long spent() {
        return spent + otherShares.stream().mapToLong(WriterShare::spent).sum();
    }

    /** The amount spent by this instance. */
    long ownSpent() {
        return spent;
    }

    /** The amount spent by other writers, except {@code excludedWriter}. */
    long othersSpent(String excludedWriter) {
        return otherShares.stream()
                .filter(share -> !share.writer().equals(excludedWriter))
                .mapToLong(WriterShare::spent)
                .sum();
    }

    /** The share of this instance; marks it as stored. */
    WriterShare share(long sequence) {
        changed = false;
        return new WriterShare(id, writer, reserved, settled, spent, sequence);
    }

    /** Marks the share as not stored, because writing it failed. */
    void markChanged() {
        changed = true;
    }

    private void add(long reservedDelta, long settledDelta, long spentDelta) {
        reserved += reservedDelta;
        settled += settledDelta;
        spent += spentDelta;
    }
}

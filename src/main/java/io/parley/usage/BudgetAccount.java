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
    private List<WriterShare> others = List.of();
    private long gross;
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

    /** Takes over the stored state. The own share is read only the first time; after that it is newer here. */
    void load(LedgerMessage.AccountBalance stored) {
        gross = Math.max(gross, stored.gross());
        others = stored.shares().stream()
                .filter(share -> !share.writer().equals(writer))
                .toList();
        if (!loaded) {
            loaded = true;
            stored.shares().stream()
                    .filter(share -> share.writer().equals(writer))
                    .forEach(own -> add(own.reserved(), own.settled(), own.spent()));
        }
    }

    /** Records a reservation of {@code micros} by this instance, after which all instances have reserved {@code all}. */
    void held(long micros, long all) {
        gross = Math.max(gross, all);
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
    long slack() {
        return settled
                - spent
                + others.stream()
                        .mapToLong(share -> share.settled() - share.spent())
                        .sum();
    }

    /** The reserved amount that is not settled yet, of all instances. */
    long open() {
        return gross - settled - others.stream().mapToLong(WriterShare::settled).sum();
    }

    /** Whether this instance has reservations that are not settled yet. */
    boolean ownOpen() {
        return reserved != settled;
    }

    /** The spent and the still reserved amount. */
    long used() {
        return gross - slack();
    }

    long spent() {
        return spent + others.stream().mapToLong(WriterShare::spent).sum();
    }

    /** The amount spent by this instance. */
    long ownSpent() {
        return spent;
    }

    /** The amount spent by other writers, without {@code except}. */
    long othersSpent(String except) {
        return others.stream()
                .filter(share -> !share.writer().equals(except))
                .mapToLong(WriterShare::spent)
                .sum();
    }

    /** The share of this instance; marks it as stored. */
    WriterShare share(long turn) {
        changed = false;
        return new WriterShare(id, writer, reserved, settled, spent, turn);
    }

    /** Marks the share as not stored, because writing it failed. */
    void unknown() {
        changed = true;
    }

    private void add(long moreReserved, long moreSettled, long moreSpent) {
        reserved += moreReserved;
        settled += moreSettled;
        spent += moreSpent;
    }
}

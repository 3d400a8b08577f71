package io.parley.usage;

import io.parley.contract.BooksMessage;
import io.parley.contract.BooksMessage.Share;
import java.util.List;

/**
 * What happened to one budget in one period, as far as this server knows. All that was ever set aside only grows, in the store; this
 * server's share of what became of it is known here first.
 */
final class Account {

    private final String id;
    private final String writer;
    private List<Share> others = List.of();
    private long gross;
    private long reserved;
    private long settled;
    private long spent;
    private boolean loaded;
    private boolean changed;

    Account(String id, String writer) {
        this.id = id;
        this.writer = writer;
    }

    String id() {
        return id;
    }

    boolean loaded() {
        return loaded;
    }

    /** Whether the store does not know all yet. */
    boolean changed() {
        return changed;
    }

    /** This is how the store knows it. */
    void load(BooksMessage.Account stored) {
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

    /** So much was set aside by us, and {@code all} by everybody. */
    void held(long micros, long all) {
        gross = Math.max(gross, all);
        add(micros, 0, 0);
        changed = true;
    }

    /** What was set aside has come to this. */
    void settle(long micros, long cost) {
        add(0, micros, cost);
        changed = true;
    }

    /** Spent, and never set aside. */
    void spend(long cost) {
        add(0, 0, cost);
        changed = true;
    }

    /** How much more may be set aside in all, because what was set aside cost less. */
    long slack() {
        return settled
                - spent
                + others.stream()
                        .mapToLong(share -> share.settled() - share.spent())
                        .sum();
    }

    /** Set aside and not settled. */
    long open() {
        return gross - settled - others.stream().mapToLong(Share::settled).sum();
    }

    /** Whether something of ours is set aside and not settled. */
    boolean ownOpen() {
        return reserved != settled;
    }

    /** Spent and set aside. */
    long used() {
        return gross - slack();
    }

    long spent() {
        return spent + others.stream().mapToLong(Share::spent).sum();
    }

    /** Spent by this server. */
    long ownSpent() {
        return spent;
    }

    /** Spent by others, without {@code except}. */
    long othersSpent(String except) {
        return others.stream()
                .filter(share -> !share.writer().equals(except))
                .mapToLong(Share::spent)
                .sum();
    }

    /** This server's share; from now on the store is thought to know it. */
    Share share(long turn) {
        changed = false;
        return new Share(id, writer, reserved, settled, spent, turn);
    }

    /** The store does not know it after all. */
    void unknown() {
        changed = true;
    }

    private void add(long moreReserved, long moreSettled, long moreSpent) {
        reserved += moreReserved;
        settled += moreSettled;
        spent += moreSpent;
    }
}

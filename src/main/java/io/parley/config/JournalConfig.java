package io.parley.config;

import java.time.Duration;

/**
 * How logs are stored.
 *
 * @param lease how long a run stays its owner's without being renewed
 * @param flush how long a token may wait to be stored
 * @param flushEvents how many events are stored without waiting
 * @param flushBytes how many characters are stored without waiting
 * @param storePatience how long the end of an answer waits for the store
 * @param linger how long the log of an ended run stays in memory
 */
public record JournalConfig(
        Duration lease, Duration flush, int flushEvents, int flushBytes, Duration storePatience, Duration linger) {

    public JournalConfig {
        ConfigErrors mistakes = new ConfigErrors();
        mistakes.unlessPositive(lease, "journal.lease");
        mistakes.unlessPositive(flush, "journal.flush");
        mistakes.unless(flushEvents > 0, "journal.flush-events", "must be greater than 0, not " + flushEvents);
        mistakes.unless(flushBytes > 0, "journal.flush-bytes", "must be greater than 0");
        mistakes.unlessPositive(storePatience, "journal.store-patience");
        mistakes.unlessPositive(linger, "journal.linger");
        mistakes.throwIfAny();
    }
}

package io.parley.config;

import java.time.Duration;

/**
 * How logs are stored.
 *
 * @param leaseDuration how long a run stays its owner's without being renewed
 * @param flushDelay how long a token may wait to be stored
 * @param flushEvents how many events are stored without waiting
 * @param flushBytes how many characters are stored without waiting
 * @param storeTimeout how long the end of an answer waits for the store
 * @param linger how long the log of an ended run stays in memory
 */
public record JournalConfig(
        Duration leaseDuration,
        Duration flushDelay,
        int flushEvents,
        int flushBytes,
        Duration storeTimeout,
        Duration linger) {

    public JournalConfig {
        ConfigErrors errors = new ConfigErrors();
        errors.checkPositive(leaseDuration, "journal.lease");
        errors.checkPositive(flushDelay, "journal.flush");
        errors.checkSetting(flushEvents > 0, "journal.flush-events", "must be greater than 0, not " + flushEvents);
        errors.checkSetting(flushBytes > 0, "journal.flush-bytes", "must be greater than 0");
        errors.checkPositive(storeTimeout, "journal.store-patience");
        errors.checkPositive(linger, "journal.linger");
        errors.throwIfAny();
    }
}

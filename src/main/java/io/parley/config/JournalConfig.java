package io.parley.config;

import java.time.Duration;

/**
 * Configures how event logs are stored.
 *
 * @param leaseDuration how long a run stays with its instance without a renewal
 * @param flushDelay maximum delay until a token is stored
 * @param flushEvents buffered events that are stored at once
 * @param flushBytes buffered characters that are stored at once
 * @param storeTimeout maximum time that an announcement (a completed turn, a command, the end) waits for the store; then the
 *     run ends with {@code store_unavailable}; also the timeout of one append
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
        errors.checkPositive(storeTimeout, "journal.store-timeout");
        errors.checkPositive(linger, "journal.linger");
        errors.throwIfAny();
    }
}

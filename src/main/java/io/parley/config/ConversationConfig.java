package io.parley.config;

import java.time.Duration;

/**
 * How conversations behave.
 *
 * @param abandonAfter how long a chat goes on when nobody reads it
 * @param commitAfter how long the headers of an answer wait for its first event
 * @param flowTimeout how long the extraction of flows may take
 * @param idempotencyTtl how long an Idempotency-Key is remembered
 * @param maxTurns the most turns that a two-agent conversation may have
 * @param startsPerMinute how many two-agent conversations one address may start in a minute
 */
public record ConversationConfig(
        Duration abandonAfter,
        Duration commitAfter,
        Duration flowTimeout,
        Duration idempotencyTtl,
        int maxTurns,
        int startsPerMinute) {

    private static final int MAX_TURNS = 50;
    private static final int STARTS_PER_MINUTE = 10;

    public ConversationConfig {
        ConfigErrors errors = new ConfigErrors();
        errors.checkPositive(abandonAfter, "conversation.abandon-after");
        errors.checkPositive(commitAfter, "gateway.commit-after");
        errors.checkPositive(flowTimeout, "conversation.flow-timeout");
        errors.checkPositive(idempotencyTtl, "conversation.idempotency-ttl");
        errors.checkSetting(maxTurns > 0, "conversation.max-turns", "must be greater than 0, not " + maxTurns);
        errors.checkSetting(
                startsPerMinute > 0,
                "conversation.starts-per-minute",
                "must be greater than 0, not " + startsPerMinute);
        errors.throwIfAny();
    }

    /** With the usual limits of two-agent conversations. */
    public ConversationConfig(
            Duration abandonAfter, Duration commitAfter, Duration flowTimeout, Duration idempotencyTtl) {
        this(abandonAfter, commitAfter, flowTimeout, idempotencyTtl, MAX_TURNS, STARTS_PER_MINUTE);
    }
}

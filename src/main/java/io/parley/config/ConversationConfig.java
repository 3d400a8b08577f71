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
        ConfigErrors mistakes = new ConfigErrors();
        mistakes.unlessPositive(abandonAfter, "conversation.abandon-after");
        mistakes.unlessPositive(commitAfter, "gateway.commit-after");
        mistakes.unlessPositive(flowTimeout, "conversation.flow-timeout");
        mistakes.unlessPositive(idempotencyTtl, "conversation.idempotency-ttl");
        mistakes.unless(maxTurns > 0, "conversation.max-turns", "must be greater than 0, not " + maxTurns);
        mistakes.unless(
                startsPerMinute > 0,
                "conversation.starts-per-minute",
                "must be greater than 0, not " + startsPerMinute);
        mistakes.throwIfAny();
    }

    /** With the usual limits of two-agent conversations. */
    public ConversationConfig(
            Duration abandonAfter, Duration commitAfter, Duration flowTimeout, Duration idempotencyTtl) {
        this(abandonAfter, commitAfter, flowTimeout, idempotencyTtl, MAX_TURNS, STARTS_PER_MINUTE);
    }
}

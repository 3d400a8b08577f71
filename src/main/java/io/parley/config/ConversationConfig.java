package io.parley.config;

import java.time.Duration;

/**
 * Configures conversations.
 *
 * @param abandonAfter how long a chat continues if no reader requests its events
 * @param commitAfter maximum time that the headers of a response wait for its first event
 * @param flowTimeout timeout of the extraction of flows
 * @param idempotencyTtl how long an Idempotency-Key is stored
 * @param maxTurns maximum turns of a two-agent conversation
 * @param startsPerMinute two-agent conversations that one address may start per minute
 * @param keepThinking whether the reasoning of a turn is stored with it and is in transcripts
 * @param responsesKeep how long responses of {@code /v1/responses} are stored; zero stores none
 */
public record ConversationConfig(
        Duration abandonAfter,
        Duration commitAfter,
        Duration flowTimeout,
        Duration idempotencyTtl,
        int maxTurns,
        int startsPerMinute,
        boolean keepThinking,
        Duration responsesKeep) {

    private static final int DEFAULT_MAX_TURNS = 50;
    private static final int DEFAULT_STARTS_PER_MINUTE = 10;
    private static final Duration DEFAULT_RESPONSES_KEEP = Duration.ofHours(24);

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
        errors.checkSetting(!responsesKeep.isNegative(), "responses.keep", "must not be negative");
        errors.throwIfAny();
    }

    /** With the default limits of two-agent conversations and of stored responses; keeps no reasoning. */
    public ConversationConfig(
            Duration abandonAfter, Duration commitAfter, Duration flowTimeout, Duration idempotencyTtl) {
        this(
                abandonAfter,
                commitAfter,
                flowTimeout,
                idempotencyTtl,
                DEFAULT_MAX_TURNS,
                DEFAULT_STARTS_PER_MINUTE,
                false,
                DEFAULT_RESPONSES_KEEP);
    }
}

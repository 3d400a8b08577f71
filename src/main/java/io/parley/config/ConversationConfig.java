package io.parley.config;

import java.time.Duration;

/**
 * How conversations behave.
 *
 * @param abandonAfter how long a chat goes on when nobody reads it
 * @param commitAfter how long the headers of an answer wait for its first event
 * @param flowTimeout how long the extraction of flows may take
 * @param idempotencyTtl how long an Idempotency-Key is remembered
 */
public record ConversationConfig(
        Duration abandonAfter, Duration commitAfter, Duration flowTimeout, Duration idempotencyTtl) {

    public ConversationConfig {
        Mistakes mistakes = new Mistakes();
        mistakes.unlessPositive(abandonAfter, "conversation.abandon-after");
        mistakes.unlessPositive(commitAfter, "gateway.commit-after");
        mistakes.unlessPositive(flowTimeout, "conversation.flow-timeout");
        mistakes.unlessPositive(idempotencyTtl, "conversation.idempotency-ttl");
        mistakes.throwIfAny();
    }
}

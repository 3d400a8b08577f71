package io.parley.contract;

import java.time.Instant;
import java.util.Optional;

/** What is known of tokens and money. */
public sealed interface UsageMessage extends Message {

    /**
     * One attempt at one vendor has ended, well or badly; told exactly once for each attempt that was made.
     *
     * @param id the provider call's id
     * @param provider the target's name
     * @param usage with its cost, when the price is known; estimated when the vendor did not report it
     * @param problem why it did not complete
     * @param firstTokenMillis from the beginning to the first token; -1 when there was none
     */
    record Attempt(
            String id,
            Origin origin,
            String provider,
            String model,
            Usage usage,
            Optional<String> priceVersion,
            Optional<Problem> problem,
            Instant began,
            long firstTokenMillis,
            long durationMillis)
            implements UsageMessage {}

    /**
     * Set this much aside before an attempt; answered with {@link Problem.BudgetExceeded} when a budget does not hold it. It is settled
     * by the {@link Attempt} of the same id.
     */
    record Reserve(String attemptId, Origin origin, String provider, long micros) implements UsageMessage {}

    /** It is set aside; {@code warned}: a budget is nearly spent. */
    record Reserved(boolean warned) implements UsageMessage {}
}

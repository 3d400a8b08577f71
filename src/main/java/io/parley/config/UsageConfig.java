package io.parley.config;

import java.time.Duration;

/**
 * How tokens and money are counted.
 *
 * @param prices the file that holds the prices
 * @param flush how long what was used may wait to be stored
 * @param pending how many attempts are kept in memory while the store is away
 * @param reservation how long money is set aside for an attempt that is never heard of again; then it counts as spent
 * @param maxTokens the limit of an answer where the request has none
 */
public record UsageConfig(
        String prices, Duration flush, int pending, Duration reservation, int maxTokens, Factors factors) {

    /** The file that is also packed with the server. */
    public static final String PRICES = "conf/prices.yaml";

    public UsageConfig {
        ConfigErrors mistakes = new ConfigErrors();
        mistakes.unless(!prices.isBlank(), "usage.prices", "must not be blank");
        mistakes.unlessPositive(flush, "usage.flush");
        mistakes.unless(pending > 0, "usage.pending", "must be greater than 0, not " + pending);
        mistakes.unlessPositive(reservation, "usage.reservation");
        mistakes.throwIfAny();
    }

    /** How many tokens a family of models counts where OpenAI's newest public encoding counts one. */
    public record Factors(double openai, double claudeOld, double claudeNew, double other) {

        public Factors {
            ConfigErrors mistakes = new ConfigErrors();
            sensible(mistakes, openai, "openai");
            sensible(mistakes, claudeOld, "claude-old");
            sensible(mistakes, claudeNew, "claude-new");
            sensible(mistakes, other, "other");
            mistakes.throwIfAny();
        }

        private static void sensible(ConfigErrors mistakes, double factor, String family) {
            mistakes.unless(
                    factor >= 0.1 && factor <= 10, "usage.factors." + family, "must be from 0.1 to 10, not " + factor);
        }
    }
}

package io.parley.config;

import java.time.Duration;

/**
 * How tokens and money are counted.
 *
 * @param priceFile the file that holds the prices
 * @param flushDelay how long what was used may wait to be stored
 * @param maxPending how many attempts are kept in memory while the store is away
 * @param reservationTimeout how long money is set aside for an attempt that is never heard of again; then it counts as spent
 * @param maxTokens the limit of an answer where the request has none
 */
public record UsageConfig(
        String priceFile,
        Duration flushDelay,
        int maxPending,
        Duration reservationTimeout,
        int maxTokens,
        Factors factors) {

    /** The file that is also packed with the server. */
    public static final String DEFAULT_PRICE_FILE = "conf/prices.yaml";

    public UsageConfig {
        ConfigErrors errors = new ConfigErrors();
        errors.checkSetting(!priceFile.isBlank(), "usage.prices", "must not be blank");
        errors.checkPositive(flushDelay, "usage.flush");
        errors.checkSetting(maxPending > 0, "usage.pending", "must be greater than 0, not " + maxPending);
        errors.checkPositive(reservationTimeout, "usage.reservation");
        errors.throwIfAny();
    }

    /** How many tokens a family of models counts where OpenAI's newest public encoding counts one. */
    public record Factors(double openai, double claudeOld, double claudeNew, double other) {

        public Factors {
            ConfigErrors errors = new ConfigErrors();
            checkFactor(errors, openai, "openai");
            checkFactor(errors, claudeOld, "claude-old");
            checkFactor(errors, claudeNew, "claude-new");
            checkFactor(errors, other, "other");
            errors.throwIfAny();
        }

        private static void checkFactor(ConfigErrors errors, double factor, String family) {
            errors.checkSetting(
                    factor >= 0.1 && factor <= 10, "usage.factors." + family, "must be from 0.1 to 10, not " + factor);
        }
    }
}

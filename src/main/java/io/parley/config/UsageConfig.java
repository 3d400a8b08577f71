package io.parley.config;

import java.time.Duration;
import java.util.Map;

/**
 * Configures how tokens and cost are recorded.
 *
 * @param priceFile path of the price list
 * @param priceFamilies the providers whose prices are under another name in the price list, and that name
 * @param flushDelay maximum delay until usage is stored
 * @param maxPending calls that are held in memory while the store is unavailable
 * @param reservationTimeout time after which a reservation counts as spent if its call never reports back
 * @param maxTokens limit of an answer if the request has none
 */
public record UsageConfig(
        String priceFile,
        Map<String, String> priceFamilies,
        Duration flushDelay,
        int maxPending,
        Duration reservationTimeout,
        int maxTokens,
        Factors factors) {

    /** The default path; if there is no such file, the price list built into the server is used. */
    public static final String DEFAULT_PRICE_FILE = "conf/prices.yaml";

    public UsageConfig {
        priceFamilies = Map.copyOf(priceFamilies);
        ConfigErrors errors = new ConfigErrors();
        errors.checkSetting(!priceFile.isBlank(), "usage.prices", "must not be blank");
        errors.checkPositive(flushDelay, "usage.flush");
        errors.checkSetting(maxPending > 0, "usage.pending", "must be greater than 0, not " + maxPending);
        errors.checkPositive(reservationTimeout, "usage.reservation");
        errors.throwIfAny();
    }

    public UsageConfig(
            String priceFile,
            Duration flushDelay,
            int maxPending,
            Duration reservationTimeout,
            int maxTokens,
            Factors factors) {
        this(priceFile, Map.of(), flushDelay, maxPending, reservationTimeout, maxTokens, factors);
    }

    /** Tokens of each model family per token of OpenAI's o200k_base. */
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

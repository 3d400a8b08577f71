package io.parley.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.config.UsageConfig.Factors;
import java.util.Optional;

/**
 * Corrects token counts by a factor for each model: at first that of its tokenizer family, then a moving average of the
 * ratios between the provider's counts and ours.
 */
final class Calibration {

    private static final int MAX_MODELS = 1_000;
    private static final double SMOOTHING = 0.2;
    /** Shorter prompts are ignored, because the overhead of each message would distort the ratio. */
    private static final long MIN_TOKENS = 50;
    /** Ratios outside these bounds are ignored: the report covers something else, for example cached parts or added tools. */
    private static final double MIN_RATIO = 0.25;

    private static final double MAX_RATIO = 4;

    private final Factors factors;
    private final Cache<String, Double> learnedFactors = Caffeine.newBuilder()
            .maximumSize(MAX_MODELS)
            .executor(Runnable::run)
            .build();

    Calibration(Factors factors) {
        this.factors = factors;
    }

    double factor(String provider, String model) {
        return Optional.ofNullable(learnedFactors.getIfPresent(key(provider, model)))
                .orElseGet(() -> TokenizerFamily.of(model).factor(factors));
    }

    /**
     * Learns from a prompt that has {@code countedTokens} tokens in our encoding and {@code reportedTokens} according
     * to the provider.
     */
    void learn(String provider, String model, long countedTokens, long reportedTokens) {
        double ratio = (double) reportedTokens / Math.max(1, countedTokens);
        if (countedTokens >= MIN_TOKENS && ratio >= MIN_RATIO && ratio <= MAX_RATIO) {
            double previous = factor(provider, model);
            learnedFactors.put(key(provider, model), previous + SMOOTHING * (ratio - previous));
        }
    }

    private static String key(String provider, String model) {
        return provider + "/" + model;
    }
}

package io.parley.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.config.UsageConfig.Factors;
import java.util.Optional;

/**
 * Corrects token counts for each model: the factor by which the model's token count differs from ours is at first that of its
 * tokenizer family, then a moving average of what the provider reports.
 */
final class Calibration {

    private static final int MODELS = 1_000;
    private static final double WEIGHT = 0.2;
    /** Shorter prompts are ignored, because the overhead of each message would distort the ratio. */
    private static final long ENOUGH = 50;
    /** Ratios outside these bounds are ignored: the report covers something else, for example cached parts or added tools. */
    private static final double LEAST = 0.25;

    private static final double MOST = 4;

    private final Factors factors;
    private final Cache<String, Double> learnt =
            Caffeine.newBuilder().maximumSize(MODELS).executor(Runnable::run).build();

    Calibration(Factors factors) {
        this.factors = factors;
    }

    double factor(String provider, String model) {
        return Optional.ofNullable(learnt.getIfPresent(name(provider, model)))
                .orElseGet(() -> TokenizerFamily.of(model).factor(factors));
    }

    /** Learns from a prompt with {@code counted} tokens by our encoding and {@code reported} tokens by the provider. */
    void learn(String provider, String model, long counted, long reported) {
        double seen = (double) reported / Math.max(1, counted);
        if (counted >= ENOUGH && seen >= LEAST && seen <= MOST) {
            double before = factor(provider, model);
            learnt.put(name(provider, model), before + WEIGHT * (seen - before));
        }
    }

    private static String name(String provider, String model) {
        return provider + "/" + model;
    }
}

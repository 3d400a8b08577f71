package io.parley.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.config.UsageConfig.Factors;
import java.util.Optional;

/**
 * How many tokens a model counts where our encoding counts one: its family's factor at first, then a moving average of what its
 * vendor really reported.
 */
final class Calibration {

    private static final int MODELS = 1_000;
    private static final double WEIGHT = 0.2;
    /** Less says nothing: a handful of tokens around every message would weigh too much. */
    private static final long ENOUGH = 50;
    /** Beyond these, what was reported is something else than this prompt: a part came from a cache, or a tool was added. */
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
                .orElseGet(() -> Family.of(model).factor(factors));
    }

    /** The vendor counted {@code reported} where we counted {@code counted}. */
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

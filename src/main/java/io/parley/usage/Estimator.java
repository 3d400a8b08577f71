package io.parley.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.config.UsageConfig;
import io.parley.contract.Prompt;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.Estimate;
import io.parley.contract.UsageMessage.EstimateResult;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.OptionalLong;

/** Estimates the tokens and the cost of a prompt before it is sent, and calibrates itself by the usage that providers report. */
final class Estimator {

    private static final int UNDER_WAY = 10_000;
    /** The tokens that providers add for each message and each tool, and once for the response. */
    private static final int AROUND_EACH = 4;

    private static final int AROUND_ALL = 3;

    private final Tokenizer tokenizer;
    private final PriceLookup tariff;
    private final Calibration calibration;
    private final int maxTokens;
    private final Cache<String, Long> counted =
            Caffeine.newBuilder().maximumSize(UNDER_WAY).executor(Runnable::run).build();

    Estimator(Tokenizer tokenizer, PriceLookup tariff, UsageConfig config) {
        this.tokenizer = tokenizer;
        this.tariff = tariff;
        this.calibration = new Calibration(config.factors());
        this.maxTokens = config.maxTokens();
    }

    Future<EstimateResult> estimate(Estimate estimate) {
        Prompt prompt = estimate.prompt();
        long around = (long) prompt.messages().size() + prompt.tools().offered().size();
        return tokenizer
                .count(prompt.texts().toList())
                .map(tokens -> estimated(estimate, tokens + AROUND_ALL + AROUND_EACH * around));
    }

    /** Calibrates the next estimates by the provider's token count of an attempt that was estimated. */
    void ended(AttemptEnded attempt) {
        Usage usage = attempt.usage();
        Optional.ofNullable(counted.asMap().remove(attempt.id()))
                .filter(_ -> !usage.estimated())
                .ifPresent(
                        tokens -> calibration.learn(attempt.provider(), attempt.model(), tokens, usage.inputTokens()));
    }

    private EstimateResult estimated(Estimate estimate, long tokens) {
        counted.put(estimate.attemptId(), tokens);
        String provider = estimate.provider();
        String model = estimate.model();
        long input = (long) Math.ceil(tokens * calibration.factor(provider, model));
        long output = estimate.prompt().maxTokens().orElse(maxTokens);
        OptionalLong cost = tariff.today(provider, model).stream()
                .mapToLong(price -> price.micros(Usage.reported(input, output, 0, 0, 0)))
                .findFirst();
        return new EstimateResult(input, output, cost);
    }
}

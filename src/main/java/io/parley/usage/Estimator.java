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

/**
 * Estimates the tokens and the cost of a prompt before it is sent, and calibrates itself with the usage that providers
 * report.
 */
final class Estimator {

    private static final int MAX_PENDING = 10_000;
    /** The tokens that providers add for each message and each tool, and once for the response. */
    private static final int TOKENS_PER_ITEM = 4;

    private static final int TOKENS_PER_PROMPT = 3;

    private final Tokenizer tokenizer;
    private final PriceLookup priceLookup;
    private final Calibration calibration;
    private final int maxTokens;
    private final Cache<String, Long> countedTokens = Caffeine.newBuilder()
            .maximumSize(MAX_PENDING)
            .executor(Runnable::run)
            .build();

    Estimator(Tokenizer tokenizer, PriceLookup priceLookup, UsageConfig config) {
        this.tokenizer = tokenizer;
        this.priceLookup = priceLookup;
        this.calibration = new Calibration(config.factors());
        this.maxTokens = config.maxTokens();
    }

    Future<EstimateResult> estimate(Estimate estimate) {
        Prompt prompt = estimate.prompt();
        long itemCount =
                (long) prompt.messages().size() + prompt.tools().definitions().size();
        return tokenizer
                .count(prompt.texts().toList())
                .map(tokens -> toEstimated(
                        estimate,
                        tokens + prompt.attachmentTokens() + TOKENS_PER_PROMPT + TOKENS_PER_ITEM * itemCount));
    }

    /** Calibrates the next estimates by the provider's token count of an attempt that was estimated. */
    void onAttemptEnded(AttemptEnded attempt) {
        Usage usage = attempt.usage();
        Optional.ofNullable(countedTokens.asMap().remove(attempt.id()))
                .filter(_ -> !usage.estimated())
                .ifPresent(
                        tokens -> calibration.learn(attempt.provider(), attempt.model(), tokens, usage.inputTokens()));
    }

    private EstimateResult toEstimated(Estimate estimate, long tokens) {
        countedTokens.put(estimate.attemptId(), tokens);
        String provider = estimate.provider();
        String model = estimate.model();
        long input = (long) Math.ceil(tokens * calibration.factor(provider, model));
        long output = estimate.prompt().options().maxTokensOr(maxTokens);
        OptionalLong cost = priceLookup.currentPrice(provider, model).stream()
                .mapToLong(price -> price.costMicros(Usage.reported(input, output, 0, 0, 0)))
                .findFirst();
        return new EstimateResult(input, output, cost);
    }
}

package io.parley.gateway.routing;

import io.parley.contract.Prompt;

/** Estimates the tokens of a prompt and its answer before the call. */
@FunctionalInterface
public interface TokenEstimator {

    /** The estimate for an answer without a token limit. */
    int DEFAULT_OUTPUT = 1000;

    TokenEstimate estimate(Prompt prompt);

    /** Assumes four characters per token: sufficient for rate limits, which are corrected by the reported usage. */
    static TokenEstimator byLength() {
        return prompt -> {
            long chars = prompt.texts().mapToLong(String::length).sum();
            return new TokenEstimate(
                    (chars + 3) / 4 + prompt.attachmentTokens(),
                    prompt.options().maxTokensOr(DEFAULT_OUTPUT));
        };
    }
}

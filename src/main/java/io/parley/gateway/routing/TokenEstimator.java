package io.parley.gateway.routing;

import io.parley.contract.Prompt;

/** Says beforehand how many tokens a prompt will take. */
@FunctionalInterface
public interface TokenEstimator {

    /** What an answer has that nobody limits. */
    int DEFAULT_OUTPUT = 1000;

    TokenEstimate estimate(Prompt prompt);

    /** About four characters make a token: good enough for pace, which is corrected by what is reported. */
    static TokenEstimator byLength() {
        return prompt -> {
            long chars = prompt.texts().mapToLong(String::length).sum();
            return new TokenEstimate(
                    (chars + 3) / 4, prompt.options().maxTokens().orElse(DEFAULT_OUTPUT));
        };
    }
}

package io.parley.provider.profile;

import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import java.util.Optional;

/** Translates a limit of reasoning tokens to an effort, for formats that have no limit. */
public final class ReasoningBudget {

    private static final int MAX_LOW = 4_096;
    private static final int MAX_MEDIUM = 16_384;

    private ReasoningBudget() {}

    /** The effort that the client chose, or that corresponds to its limit. */
    public static Optional<ReasoningEffort> effort(GenerationOptions options) {
        return options.reasoningEffort()
                .or(() -> options.reasoningTokens().isPresent()
                        ? Optional.of(effort(options.reasoningTokens().getAsInt()))
                        : Optional.empty());
    }

    private static ReasoningEffort effort(int tokens) {
        if (tokens == 0) {
            return ReasoningEffort.NONE;
        }
        return tokens <= MAX_LOW
                ? ReasoningEffort.LOW
                : tokens <= MAX_MEDIUM ? ReasoningEffort.MEDIUM : ReasoningEffort.HIGH;
    }
}

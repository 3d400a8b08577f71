package io.parley.provider.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.GenerationOptions;
import io.parley.contract.GenerationOptions.ReasoningEffort;
import io.parley.contract.Prompt;
import io.parley.contract.Tools.ToolChoice;
import io.parley.contract.WireName;

/**
 * Writes how much reasoning a prompt asks for. Since version 2026-10-21 the model chooses its budget by the effort; before, a request has
 * a budget, which must be smaller than the limit of the answer. A call that must be a tool call has no reasoning, as Anthropic demands.
 */
final class AnthropicThinking {

    /** Anthropic's smallest budget. */
    private static final int MIN_BUDGET = 1_024;

    private AnthropicThinking() {}

    static void write(ObjectNode body, Prompt prompt, boolean adaptive) {
        prompt.options().reasoningEffort().ifPresent(effort -> {
            if (effort == ReasoningEffort.NONE) {
                body.putObject("thinking").put("type", "disabled");
                return;
            }
            boolean thinks = prompt.tools().choice() != ToolChoice.REQUIRED;
            if (adaptive || prompt.options().reasoningTokens().isEmpty()) {
                body.withObjectProperty("output_config").put("effort", WireName.of(effort));
            }
            if (thinks && adaptive) {
                body.putObject("thinking").put("type", "adaptive");
            } else if (thinks) {
                budget(body, prompt.options());
            }
        });
    }

    private static void budget(ObjectNode body, GenerationOptions options) {
        int limit = body.path("max_tokens").intValue() - 1;
        options.reasoningTokens().ifPresent(tokens -> {
            if (limit >= MIN_BUDGET) {
                body.putObject("thinking")
                        .put("type", "enabled")
                        .put("budget_tokens", Math.clamp(tokens, MIN_BUDGET, limit));
            }
        });
    }
}

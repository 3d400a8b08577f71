package io.parley.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Usage;

/** Writes the tokens that an answer used and what they cost, as every route and stream shows them. */
public final class TokenUsageJson {

    private TokenUsageJson() {}

    /** {@code usage} as JSON; {@code cost_usd} is {@code null} when the price of the model is unknown. */
    public static ObjectNode write(Usage usage) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("input_tokens", usage.inputTokens())
                .put("output_tokens", usage.outputTokens())
                .put("cost_usd", Usd.ofMicros(usage.costMicros()))
                .put("estimated", usage.estimated());
    }
}

package io.parley.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Usage;

/** Writes the tokens that an answer used and what they cost, as every route and stream shows them. */
public final class TokenUsageJson {

    private TokenUsageJson() {}

    /**
     * {@code usage} as JSON. Contains cached and reasoning tokens only if the provider reported any; {@code cost_usd} is {@code null}
     * when the price of the model is unknown.
     */
    public static ObjectNode write(Usage usage) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("input_tokens", usage.inputTokens())
                .put("output_tokens", usage.outputTokens());
        putIfAny(json, "cached_tokens", usage.cachedTokens());
        putIfAny(json, "cache_write_tokens", usage.cacheWriteTokens());
        putIfAny(json, "reasoning_tokens", usage.reasoningTokens());
        return json.put("cost_usd", Usd.ofMicros(usage.costMicros())).put("estimated", usage.estimated());
    }

    private static void putIfAny(ObjectNode json, String name, long tokens) {
        if (tokens > 0) {
            json.put(name, tokens);
        }
    }
}

package io.parley.export;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Usage;
import java.math.BigDecimal;
import java.util.OptionalLong;

/** Tokens and money as JSON, and back; nothing is rounded. */
final class Numbers {

    private static final long MOST_TOKENS = 1_000_000_000_000L;
    private static final int MICRO = 6;

    private Numbers() {}

    static ObjectNode usage(Usage usage) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("input_tokens", usage.inputTokens())
                .put("output_tokens", usage.outputTokens())
                .put("cached_tokens", usage.cachedTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens())
                .put("reasoning_tokens", usage.reasoningTokens())
                .put("estimated", usage.estimated());
        dollars(json, "cost_usd", usage.costMicros());
        return json;
    }

    static Usage usage(Fields fields) {
        return new Usage(
                fields.whole("input_tokens", 0, MOST_TOKENS),
                fields.whole("output_tokens", 0, MOST_TOKENS),
                fields.whole("cached_tokens", 0, MOST_TOKENS),
                fields.whole("cache_write_tokens", 0, MOST_TOKENS),
                fields.whole("reasoning_tokens", 0, MOST_TOKENS),
                fields.flag("estimated"),
                fields.maybeMicros("cost_usd"));
    }

    static void dollars(ObjectNode json, String name, OptionalLong micros) {
        micros.ifPresent(known -> {
            BigDecimal dollars = BigDecimal.valueOf(known, MICRO).stripTrailingZeros();
            json.put(name, dollars.scale() < 0 ? dollars.setScale(0) : dollars);
        });
    }
}

package io.parley.export.archive;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Usage;
import io.parley.json.JsonFields;
import io.parley.json.Usd;

/** Writes token counts and cost as JSON and reads them back, without rounding. */
final class ArchiveUsage {

    private static final long MAX_TOKENS = 1_000_000_000_000L;

    private ArchiveUsage() {}

    static ObjectNode usage(Usage usage) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("input_tokens", usage.inputTokens())
                .put("output_tokens", usage.outputTokens())
                .put("cached_tokens", usage.cachedTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens())
                .put("reasoning_tokens", usage.reasoningTokens())
                .put("estimated", usage.estimated());
        Usd.putIfKnown(json, "cost_usd", usage.costMicros());
        return json;
    }

    static Usage usage(JsonFields fields) {
        return new Usage(
                fields.longInteger("input_tokens", 0, MAX_TOKENS),
                fields.longInteger("output_tokens", 0, MAX_TOKENS),
                fields.longInteger("cached_tokens", 0, MAX_TOKENS),
                fields.longInteger("cache_write_tokens", 0, MAX_TOKENS),
                fields.longInteger("reasoning_tokens", 0, MAX_TOKENS),
                fields.flag("estimated"),
                fields.optionalExactUsd("cost_usd", Usd.MAX));
    }
}

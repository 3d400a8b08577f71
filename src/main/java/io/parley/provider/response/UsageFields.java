package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;

/** Reads the token counts of a frame under every name that providers use, wherever they stand. */
public final class UsageFields {

    private long input = -1;
    private long cached = -1;
    private long cacheWrite = -1;
    private long cacheWrite1h = -1;
    private long output = -1;
    private long reasoning = -1;

    /** Reads the value of a {@code usage} field. */
    void read(JsonParser json) throws IOException {
        JsonPullReader.object(json, this::field);
    }

    void field(String name, JsonParser json) throws IOException {
        switch (name) {
            case "prompt_tokens", "input_tokens", "prompt_eval_count" -> input = JsonPullReader.count(json);
            case "completion_tokens", "output_tokens", "eval_count" -> output = JsonPullReader.count(json);
            case "cached_tokens", "prompt_cache_hit_tokens", "cache_read_input_tokens" ->
                cached = Math.max(cached, JsonPullReader.count(json));
            case "cache_write_tokens", "cache_creation_input_tokens" ->
                cacheWrite = Math.max(cacheWrite, JsonPullReader.count(json));
            case "reasoning_tokens", "thinking_tokens" -> reasoning = JsonPullReader.count(json);
            case "prompt_tokens_details",
                    "completion_tokens_details",
                    "input_tokens_details",
                    "output_tokens_details",
                    "cache_creation" -> read(json);
            case "ephemeral_1h_input_tokens" -> cacheWrite1h = JsonPullReader.count(json);
            default -> {} // totals and other modalities
        }
    }

    /** Whether there is a number of input or output tokens. */
    boolean present() {
        return input >= 0 || output >= 0;
    }

    /** The counts of a format whose input includes the cached tokens. */
    Signal.UsageReport inclusive() {
        if (input < 0) {
            return exclusive();
        }
        long read = Math.max(0, cached);
        long write = Math.max(0, cacheWrite);
        return new Signal.UsageReport(Math.max(0, input - read - write), read, write, output, reasoning);
    }

    /** The counts of a format whose input excludes the cached tokens. */
    Signal.UsageReport exclusive() {
        return new Signal.UsageReport(input, cached, cacheWrite, cacheWrite1h, output, reasoning);
    }

    /** The counts of the input alone, because those of the output are preliminary; the input excludes the cached tokens. */
    Signal.UsageReport exclusiveInput() {
        return new Signal.UsageReport(input, cached, cacheWrite, cacheWrite1h, -1, -1);
    }
}

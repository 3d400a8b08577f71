package io.parley.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * One vendor, or one endpoint that speaks a vendor's format.
 *
 * @param name how requests and answers call it
 * @param format which dialect it speaks
 * @param baseUrl where; its path is the prefix of every call
 * @param version the vendor's API version, for those that want one
 * @param maxTokens the limit of an answer where the vendor wants one and the request has none
 * @param maxOutput most bytes of one answer
 */
public record VendorConfig(
        String name,
        Format format,
        URI baseUrl,
        Optional<Secret> apiKey,
        String model,
        Optional<String> version,
        int maxTokens,
        int maxOutput,
        Timeouts timeouts) {

    public enum Format {
        OPENAI,
        ANTHROPIC,
        OLLAMA
    }

    /** The five timers of an attempt; comments and pings of the vendor reset none of the last three. */
    public record Timeouts(
            Duration connect, Duration headers, Duration firstToken, Duration betweenTokens, Duration total) {}
}

package io.parley.provider.codec;

/** One unit of a provider's stream: an SSE event, or a JSON object (with an empty {@code event}). */
public record Frame(String event, String data) {}

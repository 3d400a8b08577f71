package io.parley.provider;

/** One unit of a provider's stream: an SSE event, or a line of JSON (with an empty {@code event}). */
record Frame(String event, String data) {}

package io.parley.provider;

/** One unit of a vendor's stream: an SSE event, or a line of JSON (whose {@code event} is empty). */
record Frame(String event, String data) {}

package io.parley.http.generation;

/**
 * A request for the gateway, and how the client wants its answer.
 *
 * @param stream whether the answer is streamed
 * @param includeUsage whether the stream ends with the usage
 */
public record ParsedRequest(GenerationRequest request, boolean stream, boolean includeUsage) {}

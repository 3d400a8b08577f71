package io.parley.contract;

import java.util.Optional;

/**
 * Identifies the request, user and run that a message belongs to. Sent with every request so that log lines can carry
 * it.
 * @param requestId id of the HTTP request
 * @param user id of the authenticated user
 * @param contextId id of the context, if there is one
 * @param runId id of the run, if there is one
 * @param apiKey id of the API key the request was authenticated with, if any
 * @param trace trace context of the request, if it is traced
 */
public record RequestContext(
        String requestId,
        String user,
        Optional<String> contextId,
        Optional<String> runId,
        Optional<String> apiKey,
        Optional<TraceContext> trace) {

    public RequestContext(
            String requestId,
            String user,
            Optional<String> contextId,
            Optional<String> runId,
            Optional<String> apiKey) {
        this(requestId, user, contextId, runId, apiKey, Optional.empty());
    }

    public RequestContext(String requestId, String user, Optional<String> contextId, Optional<String> runId) {
        this(requestId, user, contextId, runId, Optional.empty());
    }

    public RequestContext withRun(String newContextId, String newRunId) {
        return new RequestContext(requestId, user, Optional.of(newContextId), Optional.of(newRunId), apiKey, trace);
    }

    /** The same context with another trace context. */
    public RequestContext withTrace(Optional<TraceContext> newTrace) {
        return new RequestContext(requestId, user, contextId, runId, apiKey, newTrace);
    }
}

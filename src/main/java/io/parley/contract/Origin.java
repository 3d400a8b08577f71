package io.parley.contract;

import java.util.Optional;

/**
 * On whose behalf something is done; goes with every question so that every log line can say it.
 *
 * @param apiKey the id of the API key that was shown, if it was one
 * @param trace the place of the request in a trace, if requests are traced
 */
public record Origin(
        String requestId,
        String user,
        Optional<String> contextId,
        Optional<String> runId,
        Optional<String> apiKey,
        Optional<Trace> trace) {

    public Origin(
            String requestId,
            String user,
            Optional<String> contextId,
            Optional<String> runId,
            Optional<String> apiKey) {
        this(requestId, user, contextId, runId, apiKey, Optional.empty());
    }

    public Origin(String requestId, String user, Optional<String> contextId, Optional<String> runId) {
        this(requestId, user, contextId, runId, Optional.empty());
    }

    public Origin withRun(String context, String run) {
        return new Origin(requestId, user, Optional.of(context), Optional.of(run), apiKey, trace);
    }

    /** The same, at a place in a trace. */
    public Origin at(Optional<Trace> place) {
        return new Origin(requestId, user, contextId, runId, apiKey, place);
    }
}

package io.parley.contract;

import java.util.Optional;

/**
 * On whose behalf something is done; goes with every question so that every log line can say it.
 *
 * @param apiKey the id of the API key that was shown, if it was one
 */
public record Origin(
        String requestId, String user, Optional<String> contextId, Optional<String> runId, Optional<String> apiKey) {

    public Origin(String requestId, String user, Optional<String> contextId, Optional<String> runId) {
        this(requestId, user, contextId, runId, Optional.empty());
    }

    public Origin withRun(String context, String run) {
        return new Origin(requestId, user, Optional.of(context), Optional.of(run), apiKey);
    }
}

package io.parley.contract;

import java.util.Optional;

/** On whose behalf something is done; goes with every question so that every log line can say it. */
public record Origin(String requestId, String user, Optional<String> contextId, Optional<String> runId) {

    public Origin withRun(String context, String run) {
        return new Origin(requestId, user, Optional.of(context), Optional.of(run));
    }
}

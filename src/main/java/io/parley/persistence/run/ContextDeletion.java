package io.parley.persistence.run;

import io.parley.contract.ContextMessage.Delete;
import io.parley.contract.ContextMessage.Load;
import io.parley.contract.Problem;
import io.vertx.core.Future;

/**
 * Deletes a context with its flows and runs. The context itself is deleted last, so that a deletion that fails halfway can be
 * repeated.
 */
public record ContextDeletion(ContextRepository contexts, FlowRepository flows, RunRepository runs) {

    public Future<Void> delete(Delete delete) {
        String owner = delete.owner();
        String id = ContextRepository.resolve(owner, delete.id());
        return contexts.load(new Load(owner, id))
                .compose(_ -> runs.anyOpen(owner, id))
                .compose(anyOpen -> anyOpen ? runsStillOpen() : flows.deleteAll(owner, id))
                .compose(_ -> runs.deleteEnded(owner, id))
                .compose(_ -> contexts.delete(owner, id));
    }

    private static Future<Void> runsStillOpen() {
        return Future.failedFuture(
                new Problem.Conflict("a conversation of this context is still running: stop it first").toException());
    }
}

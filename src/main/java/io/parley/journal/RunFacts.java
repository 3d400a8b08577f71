package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.FactMessage;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.RunSpec;

/** Publishes the facts about runs: started, turn completed, ended. Does not write logs. */
final class RunFacts {

    private final Bus bus;

    RunFacts(Bus bus) {
        this.bus = bus;
    }

    void publishStart(Run run) {
        String kind = run.spec() instanceof RunSpec.Chat ? "chat" : "duo";
        bus.publish(Addresses.RUN_STARTED, new FactMessage.RunStarted(run.id(), run.owner(), run.contextId(), kind));
    }

    /** Publishes the turn if it has completed. */
    void publishTurn(Run run, GenerateTurn request, TurnResult result) {
        if (result.problem().isEmpty()) {
            bus.publish(
                    Addresses.TURN_COMPLETED,
                    new FactMessage.TurnCompleted(
                            run.id(),
                            run.owner(),
                            run.contextId(),
                            request.turn(),
                            request.speaker(),
                            result.text(),
                            result.reason(),
                            result.usage(),
                            result.provider(),
                            result.model()));
        }
    }

    void publishEnd(Run run, RunEvent.Ended ended) {
        bus.publish(
                Addresses.RUN_ENDED,
                new FactMessage.RunEnded(
                        run.id(),
                        run.owner(),
                        run.contextId(),
                        ended.status(),
                        ended.turns(),
                        ended.usage(),
                        ended.problem().map(Problem::code)));
    }
}

package io.parley.export.archive;

import io.parley.contract.RunEvent;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import io.parley.json.Violations;
import java.util.List;

/** Checks that events follow each other as in a log that a server wrote: turns in order, one end, nothing after it. */
final class EventSequenceValidator {

    private final RunSpec spec;
    private final Violations violations;
    private final StringBuilder turnText = new StringBuilder();
    private int index;
    private int turn;
    private int inherited;
    private boolean turnOpen;
    private boolean ended;
    private Usage usage = Usage.NONE;

    EventSequenceValidator(RunSpec spec, Violations violations) {
        this.spec = spec;
        this.violations = violations;
    }

    /** Checks all {@code events}; {@code status} is the status of the run in the document. */
    void check(List<RunEvent> events, RunStatus status) {
        boolean validStart =
                spec instanceof RunSpec.Chat || (!events.isEmpty() && events.getFirst() instanceof RunEvent.RunStarted);
        if (!validStart) {
            violations.add("/events", "order", "the first event of a two-agent conversation must be run_started");
        }
        for (RunEvent event : events) {
            if (ended) {
                addViolation("", "nothing may follow run_complete");
            }
            accept(event, status);
            index++;
        }
        if (!ended && status.ended()) {
            violations.add("/events", "order", "the last event of a run that has ended must be run_complete");
        }
        if (inherited > turn) {
            violations.add("/events/0/inherited_turns", "range", "must not be greater than the number of turns");
        }
    }

    /** The number of complete turns. */
    int turns() {
        return turn;
    }

    /**
     * The usage of complete turns and discarded attempts. Excludes inherited turns, which are charged to another run.
     */
    Usage usage() {
        return usage;
    }

    boolean ended() {
        return ended;
    }

    private void accept(RunEvent event, RunStatus status) {
        switch (event) {
            case RunEvent.RunStarted started -> {
                inherited = started.inheritedTurns();
                require(index == 0, "", "run_started must be the first event");
            }
            case RunEvent.TurnStarted turnStarted -> begin(turnStarted);
            case RunEvent.Token token -> {
                checkOpenTurn(token.turn(), token.speaker());
                turnText.append(token.delta());
            }
            case RunEvent.ThinkingToken thinking -> checkOpenTurn(thinking.turn(), thinking.speaker());
            case RunEvent.TurnReset reset -> {
                checkTurn(reset.turn(), reset.speaker());
                usage = usage.plus(reset.discardedUsage());
                turnText.setLength(0);
                turnOpen = false;
            }
            case RunEvent.TurnCompleted completed -> complete(completed);
            case RunEvent.FlowsExtracted _ ->
                require(spec instanceof RunSpec.Chat, "", "only a chat may have this event");
            case RunEvent.BotUpdated _, RunEvent.Injected _, RunEvent.Paused _, RunEvent.Resumed _ ->
                require(spec instanceof RunSpec.Duo, "", "only a two-agent conversation may have this event");
            case RunEvent.UsageCounted _, RunEvent.RunFailed _ -> {}
            case RunEvent.Ended end -> {
                ended = true;
                require(end.status() == status, "/status", "must be the status of the run");
            }
        }
    }

    private void begin(RunEvent.TurnStarted turnStarted) {
        checkTurn(turnStarted.turn(), turnStarted.speaker());
        require(turnStarted.turn() < maxTurns(), "/turn", "must be less than max_turns");
        turnOpen = true;
    }

    private void complete(RunEvent.TurnCompleted completed) {
        checkOpenTurn(completed.turn(), completed.speaker());
        require(
                completed.chars() == turnText.codePointCount(0, turnText.length()),
                "/chars",
                "must be the number of characters in the tokens of the turn");
        usage = turn < inherited ? usage : usage.plus(completed.usage());
        turnText.setLength(0);
        turnOpen = false;
        turn++;
    }

    private void checkOpenTurn(int eventTurn, Speaker speaker) {
        checkTurn(eventTurn, speaker);
        require(turnOpen, "", "must follow the turn_started of its turn");
    }

    private void checkTurn(int eventTurn, Speaker speaker) {
        require(eventTurn == turn, "/turn", "turns must be consecutive");
        require(speaker == expectedSpeaker(), "/role", "must be the speaker whose turn it is");
    }

    private Speaker expectedSpeaker() {
        return switch (spec) {
            case RunSpec.Chat _ -> Speaker.ASSISTANT;
            case RunSpec.Duo _ -> turn % 2 == 0 ? Speaker.BOT0 : Speaker.BOT1;
        };
    }

    private int maxTurns() {
        return switch (spec) {
            case RunSpec.Chat _ -> 1;
            case RunSpec.Duo duo -> duo.maxTurns();
        };
    }

    private void require(boolean valid, String field, String message) {
        if (!valid) {
            addViolation(field, message);
        }
    }

    private void addViolation(String field, String message) {
        violations.add("/events/" + index + field, "order", message);
    }
}

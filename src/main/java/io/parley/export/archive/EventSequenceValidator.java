package io.parley.export.archive;

import io.parley.contract.RunEvent;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import io.parley.json.Violations;
import java.util.List;

/** Sees that events follow each other as in a log that was really written: turns one after the other, one end, nothing after it. */
final class EventSequenceValidator {

    private final RunSpec script;
    private final Violations violations;
    private final StringBuilder turnText = new StringBuilder();
    private int index;
    private int turn;
    private int inherited;
    private boolean turnOpen;
    private boolean ended;
    private Usage usage = Usage.NONE;

    EventSequenceValidator(RunSpec script, Violations violations) {
        this.script = script;
        this.violations = violations;
    }

    /** Look at all of them; {@code status} is what the document says of the run. */
    void check(List<RunEvent> events, RunStatus status) {
        boolean validStart = script instanceof RunSpec.Chat
                || (!events.isEmpty() && events.getFirst() instanceof RunEvent.RunStarted);
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
            violations.add("/events/0/inherited_turns", "range", "there are not as many turns");
        }
    }

    /** How many turns are complete. */
    int turns() {
        return turn;
    }

    /** What they and the attempts that were lost have used; inherited turns were paid for by another run. */
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
            case RunEvent.TurnReset reset -> {
                checkTurn(reset.turn(), reset.speaker());
                usage = usage.plus(reset.discardedUsage());
                turnText.setLength(0);
                turnOpen = false;
            }
            case RunEvent.TurnCompleted completed -> complete(completed);
            case RunEvent.FlowsExtracted _ -> require(script instanceof RunSpec.Chat, "", "only a chat has this event");
            case RunEvent.BotUpdated _, RunEvent.Injected _, RunEvent.Paused _, RunEvent.Resumed _ ->
                require(script instanceof RunSpec.Duo, "", "only a two-agent conversation has this event");
            case RunEvent.UsageCounted _, RunEvent.RunFailed _ -> {}
            case RunEvent.Ended end -> {
                ended = true;
                require(end.status() == status, "/status", "must be the status of the run");
            }
        }
    }

    private void begin(RunEvent.TurnStarted turnStarted) {
        checkTurn(turnStarted.turn(), turnStarted.speaker());
        require(turnStarted.turn() < maxTurns(), "/turn", "the conversation has fewer turns");
        turnOpen = true;
    }

    private void complete(RunEvent.TurnCompleted completed) {
        checkOpenTurn(completed.turn(), completed.speaker());
        require(
                completed.chars() == turnText.codePointCount(0, turnText.length()),
                "/chars",
                "must count what was said");
        usage = turn < inherited ? usage : usage.plus(completed.usage());
        turnText.setLength(0);
        turnOpen = false;
        turn++;
    }

    private void checkOpenTurn(int eventTurn, Speaker speaker) {
        checkTurn(eventTurn, speaker);
        require(turnOpen, "", "the turn must have begun");
    }

    private void checkTurn(int eventTurn, Speaker speaker) {
        require(eventTurn == turn, "/turn", "turns must follow each other");
        require(speaker == expectedSpeaker(), "/role", "it is the other's turn");
    }

    private Speaker expectedSpeaker() {
        return switch (script) {
            case RunSpec.Chat _ -> Speaker.ASSISTANT;
            case RunSpec.Duo _ -> turn % 2 == 0 ? Speaker.BOT0 : Speaker.BOT1;
        };
    }

    private int maxTurns() {
        return switch (script) {
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

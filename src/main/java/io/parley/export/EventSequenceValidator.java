package io.parley.export;

import io.parley.contract.RunEvent;
import io.parley.contract.RunStatus;
import io.parley.contract.RunSpec;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import io.parley.json.Violations;
import java.util.List;

/** Sees that events follow each other as in a log that was really written: turns one after the other, one end, nothing after it. */
final class EventSequenceValidator {

    private final RunSpec script;
    private final Violations violations;
    private final StringBuilder said = new StringBuilder();
    private int index;
    private int turn;
    private int inherited;
    private boolean speaking;
    private boolean ended;
    private Usage usage = Usage.NONE;

    EventSequenceValidator(RunSpec script, Violations violations) {
        this.script = script;
        this.violations = violations;
    }

    /** Look at all of them; {@code status} is what the document says of the run. */
    void check(List<RunEvent> events, RunStatus status) {
        boolean begun = script instanceof RunSpec.Chat
                || (!events.isEmpty() && events.getFirst() instanceof RunEvent.RunStarted);
        if (!begun) {
            violations.add("/events", "order", "the first event of a two-agent conversation must be run_started");
        }
        for (RunEvent event : events) {
            if (ended) {
                wrong("", "nothing may follow run_complete");
            }
            take(event, status);
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

    private void take(RunEvent event, RunStatus status) {
        switch (event) {
            case RunEvent.RunStarted started -> {
                inherited = started.inherited();
                unless(index == 0, "", "run_started must be the first event");
            }
            case RunEvent.TurnStarted begun -> begin(begun);
            case RunEvent.Token token -> {
                open(token.turn(), token.speaker());
                said.append(token.delta());
            }
            case RunEvent.TurnReset reset -> {
                place(reset.turn(), reset.speaker());
                usage = usage.plus(reset.lost());
                said.setLength(0);
                speaking = false;
            }
            case RunEvent.TurnCompleted completed -> complete(completed);
            case RunEvent.FlowsExtracted _ -> unless(script instanceof RunSpec.Chat, "", "only a chat has this event");
            case RunEvent.BotUpdated _, RunEvent.Injected _, RunEvent.Paused _, RunEvent.Resumed _ ->
                unless(script instanceof RunSpec.Duo, "", "only a two-agent conversation has this event");
            case RunEvent.UsageCounted _, RunEvent.RunFailed _ -> {}
            case RunEvent.Ended end -> {
                ended = true;
                unless(end.status() == status, "/status", "must be the status of the run");
            }
        }
    }

    private void begin(RunEvent.TurnStarted begun) {
        place(begun.turn(), begun.speaker());
        unless(begun.turn() < most(), "/turn", "the conversation has fewer turns");
        speaking = true;
    }

    private void complete(RunEvent.TurnCompleted completed) {
        open(completed.turn(), completed.speaker());
        unless(completed.chars() == said.codePointCount(0, said.length()), "/chars", "must count what was said");
        usage = turn < inherited ? usage : usage.plus(completed.usage());
        said.setLength(0);
        speaking = false;
        turn++;
    }

    private void open(int at, Speaker speaker) {
        place(at, speaker);
        unless(speaking, "", "the turn must have begun");
    }

    private void place(int at, Speaker speaker) {
        unless(at == turn, "/turn", "turns must follow each other");
        unless(speaker == whose(), "/role", "it is the other's turn");
    }

    private Speaker whose() {
        return switch (script) {
            case RunSpec.Chat _ -> Speaker.ASSISTANT;
            case RunSpec.Duo _ -> turn % 2 == 0 ? Speaker.BOT0 : Speaker.BOT1;
        };
    }

    private int most() {
        return switch (script) {
            case RunSpec.Chat _ -> 1;
            case RunSpec.Duo duo -> duo.maxTurns();
        };
    }

    private void unless(boolean right, String field, String words) {
        if (!right) {
            wrong(field, words);
        }
    }

    private void wrong(String field, String words) {
        violations.add("/events/" + index + field, "order", words);
    }
}

package io.parley.journal;

import io.parley.contract.Cursor;
import io.parley.contract.FinishReason;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Line;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunStatus;
import io.parley.contract.Said;
import io.parley.contract.Script;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Folds a log into what was said: the transcript is never stored beside the log, so the two cannot disagree. */
final class Transcripts {

    private final List<Line> lines = new ArrayList<>();
    private final StringBuilder open = new StringBuilder();
    private Optional<RunEvent.TurnStarted> turn = Optional.empty();
    private RunStatus status;
    private Usage usage = Usage.NONE;

    private Transcripts(RunStatus status) {
        this.status = status;
    }

    static Transcript of(Run run, List<RunEvent> events, Cursor cursor) {
        Transcripts fold = new Transcripts(run.status());
        switch (run.script()) {
            case Script.Chat chat -> chat.messages().forEach(said -> fold.lines.add(line(said)));
        }
        events.forEach(fold::take);
        fold.closeTurn();
        return new Transcript(run.with(fold.status, run.updatedAt()), fold.lines, fold.usage, cursor);
    }

    private void take(RunEvent event) {
        switch (event) {
            case RunEvent.TurnStarted started -> turn = Optional.of(started);
            case RunEvent.Token token -> open.append(token.delta());
            case RunEvent.TurnReset _ -> open.setLength(0);
            case RunEvent.TurnCompleted completed -> complete(completed);
            case RunEvent.FlowsExtracted _ -> {}
            case RunEvent.Ended ended -> status = ended.status();
        }
    }

    private void complete(RunEvent.TurnCompleted done) {
        usage = usage.plus(done.usage());
        lines.add(new Line(
                spoken(done.at()),
                Optional.of(done.speaker()),
                Optional.of(done.provider()),
                Optional.of(done.model()),
                Optional.of(done.reason()),
                Optional.of(done.usage())));
        open.setLength(0);
        turn = Optional.empty();
    }

    /** A turn that was never completed keeps what was said. */
    private void closeTurn() {
        if (open.isEmpty()) {
            return;
        }
        lines.add(new Line(
                spoken(turn.map(RunEvent.TurnStarted::at).orElse(0L)),
                turn.map(RunEvent.TurnStarted::speaker).or(() -> Optional.of(Speaker.ASSISTANT)),
                turn.map(RunEvent.TurnStarted::provider),
                turn.map(RunEvent.TurnStarted::model),
                status == RunStatus.CANCELLED ? Optional.of(FinishReason.CANCELLED) : Optional.empty(),
                Optional.empty()));
    }

    private Said spoken(long at) {
        return new Said(Said.Role.ASSISTANT, open.toString(), Optional.of(Instant.ofEpochMilli(at)));
    }

    private static Line line(Said said) {
        return new Line(said, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}

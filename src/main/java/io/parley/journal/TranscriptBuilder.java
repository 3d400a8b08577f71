package io.parley.journal;

import io.parley.contract.Cursor;
import io.parley.contract.FinishReason;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.BotState;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Progress;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunStatus;
import io.parley.contract.ChatMessage;
import io.parley.contract.RunSpec;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Folds a log into what was said and where its script stands: neither is stored beside the log, so they cannot disagree. */
final class TranscriptBuilder {

    private final List<Entry> lines = new ArrayList<>();
    private final List<BotState> bots = new ArrayList<>();
    /** What was put in while a turn was being spoken, whose bot has not heard it. */
    private final List<Entry> later = new ArrayList<>();

    private final Set<String> keys = new HashSet<>();
    private final StringBuilder open = new StringBuilder();
    private Optional<RunEvent.TurnStarted> started = Optional.empty();
    private RunStatus status;
    private Usage usage = Usage.NONE;
    private long knownMicros;
    private int turn;
    private int attempts;
    private int inherited;
    private boolean paused;
    private boolean stepping;
    private boolean extracted;

    private TranscriptBuilder(RunStatus status) {
        this.status = status;
    }

    static Transcript of(Run run, List<RunEvent> events, Cursor cursor) {
        TranscriptBuilder fold = new TranscriptBuilder(run.status());
        fold.open(run);
        events.forEach(fold::take);
        fold.keepOpenTurn();
        return new Transcript(
                run.with(fold.status, run.updatedAt()),
                fold.lines,
                fold.usage,
                fold.knownMicros,
                cursor,
                new Progress(fold.turn, fold.attempts, fold.paused, fold.stepping, fold.extracted, fold.bots, fold.keys));
    }

    private void open(Run run) {
        switch (run.script()) {
            case RunSpec.Chat chat -> chat.messages().forEach(said -> lines.add(put(said, Optional.empty())));
            case RunSpec.Duo duo -> {
                lines.add(put(ChatMessage.user(duo.topic()), Optional.empty()));
                duo.bots().forEach(bot -> bots.add(new BotState(bot, 1)));
            }
        }
    }

    private void take(RunEvent event) {
        switch (event) {
            case RunEvent.RunStarted run -> inherited = run.inherited();
            case RunEvent.TurnStarted begun -> begin(begun);
            case RunEvent.Token token -> open.append(token.delta());
            case RunEvent.TurnReset reset -> reset(reset);
            case RunEvent.TurnCompleted completed -> complete(completed);
            case RunEvent.FlowsExtracted _ -> extracted = true;
            case RunEvent.UsageCounted _, RunEvent.RunFailed _ -> {}
            case RunEvent.BotUpdated updated -> update(updated);
            case RunEvent.Injected injected -> inject(injected);
            case RunEvent.Paused pause -> pause(true, false, pause.key());
            case RunEvent.Resumed resume -> pause(false, resume.step(), resume.key());
            case RunEvent.Ended ended -> end(ended);
        }
    }

    /** A reset of a turn that never began says that an attempt may have been lost. */
    private void reset(RunEvent.TurnReset reset) {
        open.setLength(0);
        started = Optional.empty();
        turn = reset.turn();
        attempts = reset.attempt() - 1;
        use(reset.lost());
    }

    private void begin(RunEvent.TurnStarted begun) {
        started = Optional.of(begun);
        turn = begun.turn();
        attempts = begun.attempt();
    }

    private void complete(RunEvent.TurnCompleted done) {
        if (done.turn() >= inherited) {
            use(done.usage());
        }
        lines.add(new Entry(
                spoken(done.at()),
                Optional.of(done.speaker()),
                OptionalInt.of(done.turn()),
                Optional.of(done.provider()),
                Optional.of(done.model()),
                Optional.of(done.reason()),
                Optional.of(done.usage())));
        open.setLength(0);
        started = Optional.empty();
        turn = done.turn() + 1;
        attempts = 0;
        lines.addAll(later);
        later.clear();
    }

    private void use(Usage more) {
        usage = usage.plus(more);
        knownMicros += more.costMicros().orElse(0);
    }

    private void update(RunEvent.BotUpdated updated) {
        bots.set(updated.index(), new BotState(updated.bot(), updated.revision()));
        updated.key().ifPresent(keys::add);
    }

    private void inject(RunEvent.Injected injected) {
        ChatMessage.Role role = injected.as().isPresent() ? ChatMessage.Role.ASSISTANT : ChatMessage.Role.USER;
        ChatMessage said = new ChatMessage(role, injected.text(), Optional.of(Instant.ofEpochMilli(injected.at())));
        (started.isPresent() ? later : lines).add(put(said, injected.as()));
        injected.key().ifPresent(keys::add);
    }

    private void pause(boolean pause, boolean step, Optional<String> key) {
        paused = pause;
        stepping = step;
        status = pause ? RunStatus.PAUSED : RunStatus.RUNNING;
        key.ifPresent(keys::add);
    }

    /** What a turn that was never completed has cost is known to the end alone; an end that knows of nothing takes nothing away. */
    private void end(RunEvent.Ended ended) {
        status = ended.status();
        if (tokens(ended.usage()) > tokens(usage)) {
            usage = ended.usage();
        }
    }

    private static long tokens(Usage usage) {
        return usage.inputTokens() + usage.outputTokens();
    }

    /** A turn that was never completed keeps what was said. */
    private void keepOpenTurn() {
        if (open.isEmpty()) {
            lines.addAll(later);
            return;
        }
        lines.add(new Entry(
                spoken(started.map(RunEvent.TurnStarted::at).orElse(0L)),
                started.map(RunEvent.TurnStarted::speaker).or(() -> Optional.of(Speaker.ASSISTANT)),
                OptionalInt.of(turn),
                started.map(RunEvent.TurnStarted::provider),
                started.map(RunEvent.TurnStarted::model),
                status == RunStatus.CANCELLED ? Optional.of(FinishReason.CANCELLED) : Optional.empty(),
                Optional.empty()));
        lines.addAll(later);
    }

    private ChatMessage spoken(long at) {
        return new ChatMessage(ChatMessage.Role.ASSISTANT, open.toString(), Optional.of(Instant.ofEpochMilli(at)));
    }

    private static Entry put(ChatMessage said, Optional<Speaker> speaker) {
        return new Entry(
                said,
                speaker,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}

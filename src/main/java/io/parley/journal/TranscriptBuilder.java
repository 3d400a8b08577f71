package io.parley.journal;

import io.parley.contract.ChatMessage;
import io.parley.contract.Cursor;
import io.parley.contract.FinishReason;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.BotState;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.Progress;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Builds the transcript of a run (messages, usage, progress) from its log. No part of it is stored separately, so the
 * transcript cannot contradict the log.
 */
final class TranscriptBuilder {

    private final List<Entry> entries = new ArrayList<>();
    private final List<BotState> bots = new ArrayList<>();
    /** Messages that were injected during a turn; they follow it, because its prompt did not contain them. */
    private final List<Entry> deferredEntries = new ArrayList<>();

    private final Set<String> appliedKeys = new HashSet<>();
    private final StringBuilder openTurnText = new StringBuilder();
    private Optional<RunEvent.TurnStarted> turnStarted = Optional.empty();
    private RunStatus status;
    private Usage usage = Usage.NONE;
    private long knownCostMicros;
    private int turn;
    private int attempts;
    private int inheritedTurns;
    private boolean paused;
    private boolean stepping;
    private boolean flowsExtracted;

    private TranscriptBuilder(RunStatus status) {
        this.status = status;
    }

    static Transcript of(Run run, List<RunEvent> events, Cursor cursor) {
        TranscriptBuilder builder = new TranscriptBuilder(run.status());
        builder.addInitialEntries(run);
        events.forEach(builder::apply);
        builder.addOpenTurn();
        return new Transcript(
                run.with(builder.status, run.updatedAt()),
                builder.entries,
                builder.usage,
                builder.knownCostMicros,
                cursor,
                new Progress(
                        builder.turn,
                        builder.attempts,
                        builder.paused,
                        builder.stepping,
                        builder.flowsExtracted,
                        builder.bots,
                        builder.appliedKeys));
    }

    private void addInitialEntries(Run run) {
        switch (run.spec()) {
            case RunSpec.Chat chat -> chat.messages().forEach(message -> entries.add(entry(message, Optional.empty())));
            case RunSpec.Duo duo -> {
                entries.add(entry(ChatMessage.user(duo.topic()), Optional.empty()));
                duo.bots().forEach(bot -> bots.add(new BotState(bot, 1)));
            }
        }
    }

    private void apply(RunEvent event) {
        switch (event) {
            case RunEvent.RunStarted run -> inheritedTurns = run.inheritedTurns();
            case RunEvent.TurnStarted started -> begin(started);
            case RunEvent.Token token -> openTurnText.append(token.delta());
            case RunEvent.TurnReset reset -> reset(reset);
            case RunEvent.TurnCompleted completed -> complete(completed);
            case RunEvent.FlowsExtracted _ -> flowsExtracted = true;
            case RunEvent.ThinkingToken _, RunEvent.UsageCounted _, RunEvent.RunFailed _ -> {}
            case RunEvent.BotUpdated updated -> update(updated);
            case RunEvent.Injected injected -> inject(injected);
            case RunEvent.Paused pause -> pause(true, false, pause.idempotencyKey());
            case RunEvent.Resumed resume -> pause(false, resume.step(), resume.idempotencyKey());
            case RunEvent.Ended ended -> end(ended);
        }
    }

    /** Also applies to a turn without a start event, whose attempt may have been lost in a takeover. */
    private void reset(RunEvent.TurnReset reset) {
        openTurnText.setLength(0);
        turnStarted = Optional.empty();
        turn = reset.turn();
        attempts = reset.attempt() - 1;
        addUsage(reset.discardedUsage());
    }

    private void begin(RunEvent.TurnStarted event) {
        turnStarted = Optional.of(event);
        turn = event.turn();
        attempts = event.attempt();
    }

    private void complete(RunEvent.TurnCompleted event) {
        if (event.turn() >= inheritedTurns) {
            addUsage(event.usage());
        }
        entries.add(new Entry(
                assistantMessage(event.at()),
                Optional.of(event.speaker()),
                OptionalInt.of(event.turn()),
                Optional.of(event.provider()),
                Optional.of(event.model()),
                Optional.of(event.reason()),
                Optional.of(event.usage()),
                event.thinking()));
        openTurnText.setLength(0);
        turnStarted = Optional.empty();
        turn = event.turn() + 1;
        attempts = 0;
        entries.addAll(deferredEntries);
        deferredEntries.clear();
    }

    private void addUsage(Usage added) {
        usage = usage.plus(added);
        knownCostMicros += added.costMicros().orElse(0);
    }

    private void update(RunEvent.BotUpdated updated) {
        bots.set(updated.index(), new BotState(updated.bot(), updated.revision()));
        updated.idempotencyKey().ifPresent(appliedKeys::add);
    }

    private void inject(RunEvent.Injected injected) {
        ChatMessage.Role role = injected.speaker().isPresent() ? ChatMessage.Role.ASSISTANT : ChatMessage.Role.USER;
        ChatMessage message = new ChatMessage(role, injected.text(), Optional.of(Instant.ofEpochMilli(injected.at())));
        (turnStarted.isPresent() ? deferredEntries : entries).add(entry(message, injected.speaker()));
        injected.idempotencyKey().ifPresent(appliedKeys::add);
    }

    private void pause(boolean pause, boolean step, Optional<String> key) {
        paused = pause;
        stepping = step;
        status = pause ? RunStatus.PAUSED : RunStatus.RUNNING;
        key.ifPresent(appliedKeys::add);
    }

    /** The terminal event also includes the usage of an incomplete turn; one with less usage than already counted is ignored. */
    private void end(RunEvent.Ended ended) {
        status = ended.status();
        if (tokens(ended.usage()) > tokens(usage)) {
            usage = ended.usage();
        }
    }

    private static long tokens(Usage usage) {
        return usage.inputTokens() + usage.outputTokens();
    }

    /** Keeps the text of an incomplete turn. */
    private void addOpenTurn() {
        if (openTurnText.isEmpty()) {
            entries.addAll(deferredEntries);
            return;
        }
        entries.add(new Entry(
                assistantMessage(turnStarted.map(RunEvent.TurnStarted::at).orElse(0L)),
                turnStarted.map(RunEvent.TurnStarted::speaker).or(() -> Optional.of(Speaker.ASSISTANT)),
                OptionalInt.of(turn),
                turnStarted.map(RunEvent.TurnStarted::provider),
                turnStarted.map(RunEvent.TurnStarted::model),
                status == RunStatus.CANCELLED ? Optional.of(FinishReason.CANCELLED) : Optional.empty(),
                Optional.empty()));
        entries.addAll(deferredEntries);
    }

    private ChatMessage assistantMessage(long epochMillis) {
        return new ChatMessage(
                ChatMessage.Role.ASSISTANT, openTurnText.toString(), Optional.of(Instant.ofEpochMilli(epochMillis)));
    }

    private static Entry entry(ChatMessage message, Optional<Speaker> speaker) {
        return new Entry(
                message,
                speaker,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}

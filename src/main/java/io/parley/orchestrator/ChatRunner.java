package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.ChatMessage;
import io.parley.contract.FlowMessage.Extract;
import io.parley.contract.FlowMessage.Extracted;
import io.parley.contract.GenerationOptions;
import io.parley.contract.Problem;
import io.parley.contract.Prompt;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.Progress;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs a chat: one turn, the flow extraction, the end. Runs on a virtual thread. Handles whole turns, not tokens. */
final class ChatRunner {

    private final Bus bus;
    private final JournalClient journal;
    private final Ids ids;
    private final Duration flowTimeout;
    private final int maxAttempts;

    ChatRunner(Bus bus, JournalClient journal, Ids ids, Duration flowTimeout, int maxAttempts) {
        this.bus = bus;
        this.journal = journal;
        this.ids = ids;
        this.flowTimeout = flowTimeout;
        this.maxAttempts = maxAttempts;
    }

    /** Runs the chat from its current progress to its end; a run that was taken over may have progressed already. */
    RunStatus run(ActiveRun active, RunSpec.Chat chat, Optional<Transcript> transcript) {
        Progress progress = transcript
                .map(Transcript::progress)
                .orElse(new Progress(0, 0, false, false, false, List.of(), Set.of()));
        TurnResult result = progress.turn() > 0
                ? transcript.map(ChatRunner::storedResult).orElseThrow()
                : generate(active, chat, progress);
        if (result.problem().isEmpty() && chat.extractFlows() && !progress.flowsExtracted()) {
            extract(active, chat, result);
        }
        Usage usage = result.usage()
                .plus(transcript
                        .filter(_ -> progress.turn() == 0)
                        .map(Transcript::usage)
                        .orElse(Usage.NONE));
        RunEvent.Ended end = result.problem()
                .map(problem -> journal.failed(active.stopped().orElse(problem), 0, usage, Optional.of(result)))
                .orElseGet(() -> journal.completed(1, usage, Optional.empty(), Optional.of(result)));
        journal.write(active, end);
        return end.status();
    }

    private TurnResult generate(ActiveRun active, RunSpec.Chat chat, Progress progress) {
        if (progress.attempts() == 0) {
            return journal.generateTurn(firstTurn(active, chat)); // joins the turn that the journal has started already
        }
        Optional<Problem> blocker = active.stopped()
                .or(() -> progress.attempts() >= maxAttempts ? Optional.of(new Problem.Internal()) : Optional.empty());
        return blocker.map(_ ->
                        new TurnResult("", Optional.empty(), Usage.NONE, Optional.empty(), Optional.empty(), blocker))
                .orElseGet(() -> journal.generateTurn(turn(active, chat, progress.attempts() + 1)));
    }

    /** The first turn of a chat. */
    static GenerateTurn firstTurn(ActiveRun active, RunSpec.Chat chat) {
        return turn(active, chat, 1);
    }

    private static GenerateTurn turn(ActiveRun active, RunSpec.Chat chat, int attempt) {
        GenerationOptions options = GenerationOptions.of(chat.temperature(), chat.maxTokens());
        Prompt prompt = new Prompt(messages(chat), options.withThinking(chat.thinking()));
        return new GenerateTurn(
                active.requestContext(), active.run().id(), 0, attempt, Speaker.ASSISTANT, chat.selection(), prompt);
    }

    /** The context's system prompt comes first, system messages of the client after it. */
    private static List<ChatMessage> messages(RunSpec.Chat chat) {
        List<ChatMessage> messages = new ArrayList<>();
        messages.add(ChatMessage.system(chat.systemPrompt()));
        messages.addAll(chat.messages());
        return messages;
    }

    private void extract(ActiveRun active, RunSpec.Chat chat, TurnResult result) {
        Extracted extracted = active.stopped().isPresent()
                ? new Extracted(false, List.of(), Usage.NONE)
                : requestExtraction(active, chat, result);
        journal.write(active, new RunEvent.FlowsExtracted(journal.now(), extracted.ok(), extracted.flows()));
    }

    /** A failed extraction does not fail the conversation. */
    private Extracted requestExtraction(ActiveRun active, RunSpec.Chat chat, TurnResult result) {
        List<ChatMessage> messages = new ArrayList<>(chat.messages());
        messages.add(ChatMessage.assistant(result.text()));
        String callId = ids.next("call_");
        active.updateExtraction(Optional.of(callId));
        Extracted extracted = bus.request(
                        Addresses.FLOW_EXTRACT,
                        new Extract(
                                callId, active.requestContext(), active.run().contextId(), chat.selection(), messages),
                        flowTimeout.plusSeconds(5))
                .otherwise(new Extracted(false, List.of(), Usage.NONE))
                .await();
        active.updateExtraction(Optional.empty());
        return extracted;
    }

    /** The result of a turn that is already in the log. */
    private static TurnResult storedResult(Transcript transcript) {
        Entry entry = transcript.entries().getLast();
        return new TurnResult(
                entry.message().content(),
                entry.reason(),
                entry.usage().orElse(Usage.NONE),
                entry.provider(),
                entry.model(),
                Optional.empty());
    }
}

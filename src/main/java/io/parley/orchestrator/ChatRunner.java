package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.FlowMessage.Extract;
import io.parley.contract.FlowMessage.Extracted;
import io.parley.contract.Problem;
import io.parley.contract.Prompt;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.RunMessage.Progress;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunStatus;
import io.parley.contract.ChatMessage;
import io.parley.contract.RunSpec;
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
    private final JournalClient log;
    private final Ids ids;
    private final Duration flowTimeout;
    private final int maxAttempts;

    ChatRunner(Bus bus, JournalClient log, Ids ids, Duration flowTimeout, int maxAttempts) {
        this.bus = bus;
        this.log = log;
        this.ids = ids;
        this.flowTimeout = flowTimeout;
        this.maxAttempts = maxAttempts;
    }

    /** Runs the chat to its end from its current progress, which is not the beginning when the run was taken over. */
    RunStatus play(ActiveRun active, RunSpec.Chat chat, Optional<Transcript> past) {
        Progress stage = past.map(Transcript::stage).orElse(new Progress(0, 0, false, false, false, List.of(), Set.of()));
        TurnResult answer = stage.turn() > 0 ? past.map(ChatRunner::said).orElseThrow() : speak(active, chat, stage);
        if (answer.problem().isEmpty() && chat.extractFlows() && !stage.extracted()) {
            extract(active, chat, answer);
        }
        Usage usage = answer.usage()
                .plus(past.filter(_ -> stage.turn() == 0).map(Transcript::usage).orElse(Usage.NONE));
        RunEvent.Ended end = answer.problem()
                .map(problem -> log.failed(active.stopped().orElse(problem), 0, usage, Optional.of(answer)))
                .orElseGet(() -> log.completed(1, usage, Optional.empty(), Optional.of(answer)));
        log.write(active, end);
        return end.status();
    }

    private TurnResult speak(ActiveRun active, RunSpec.Chat chat, Progress stage) {
        if (stage.attempts() == 0) {
            return log.speak(opening(active, chat)); // joins the turn that the journal has started already
        }
        Optional<Problem> hindrance = active.stopped()
                .or(() -> stage.attempts() >= maxAttempts ? Optional.of(new Problem.Internal()) : Optional.empty());
        return hindrance
                .map(_ -> new TurnResult("", Optional.empty(), Usage.NONE, Optional.empty(), Optional.empty(), hindrance))
                .orElseGet(() -> log.speak(turn(active, chat, stage.attempts() + 1)));
    }

    /** The first turn of a chat. */
    static GenerateTurn opening(ActiveRun active, RunSpec.Chat chat) {
        return turn(active, chat, 1);
    }

    private static GenerateTurn turn(ActiveRun active, RunSpec.Chat chat, int attempt) {
        Prompt prompt = new Prompt(messages(chat), chat.temperature(), chat.maxTokens(), Optional.empty());
        return new GenerateTurn(active.origin(), active.run().id(), 0, attempt, Speaker.ASSISTANT, chat.choice(), prompt);
    }

    /** The context's system prompt comes first, system messages of the client after it. */
    private static List<ChatMessage> messages(RunSpec.Chat chat) {
        List<ChatMessage> messages = new ArrayList<>();
        messages.add(ChatMessage.system(chat.systemPrompt()));
        messages.addAll(chat.messages());
        return messages;
    }

    private void extract(ActiveRun active, RunSpec.Chat chat, TurnResult answer) {
        Extracted found =
                active.stopped().isPresent() ? new Extracted(false, List.of(), Usage.NONE) : ask(active, chat, answer);
        log.write(active, new RunEvent.FlowsExtracted(log.now(), found.ok(), found.flows()));
    }

    /** A failed extraction does not fail the conversation. */
    private Extracted ask(ActiveRun active, RunSpec.Chat chat, TurnResult answer) {
        List<ChatMessage> said = new ArrayList<>(chat.messages());
        said.add(ChatMessage.assistant(answer.text()));
        String callId = ids.next("call_");
        active.extracting(Optional.of(callId));
        Extracted extracted = bus.ask(
                        Addresses.FLOW_EXTRACT,
                        new Extract(callId, active.origin(), active.run().contextId(), chat.choice(), said),
                        flowTimeout.plusSeconds(5))
                .otherwise(new Extracted(false, List.of(), Usage.NONE))
                .await();
        active.extracting(Optional.empty());
        return extracted;
    }

    /** The result of a turn that is already in the log. */
    private static TurnResult said(Transcript past) {
        Entry line = past.lines().getLast();
        return new TurnResult(
                line.said().content(),
                line.reason(),
                line.usage().orElse(Usage.NONE),
                line.provider(),
                line.model(),
                Optional.empty());
    }
}

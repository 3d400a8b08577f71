package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.FlowMessage.Extract;
import io.parley.contract.FlowMessage.Extracted;
import io.parley.contract.Problem;
import io.parley.contract.Prompt;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Line;
import io.parley.contract.RunMessage.Speak;
import io.parley.contract.RunMessage.Spoken;
import io.parley.contract.RunMessage.Stage;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunStatus;
import io.parley.contract.Said;
import io.parley.contract.Script;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The script of a chat: one turn, then the flows, then the end. Runs on a virtual thread; knows turns, never tokens. */
final class ChatScript {

    private final Bus bus;
    private final LogBook log;
    private final Ids ids;
    private final Duration flowTimeout;
    private final int maxAttempts;

    ChatScript(Bus bus, LogBook log, Ids ids, Duration flowTimeout, int maxAttempts) {
        this.bus = bus;
        this.log = log;
        this.ids = ids;
        this.flowTimeout = flowTimeout;
        this.maxAttempts = maxAttempts;
    }

    /** Play it to its end, from where it stands: at the beginning, or wherever an owner before us was lost. */
    RunStatus play(ActiveRun active, Script.Chat chat, Optional<Transcript> past) {
        Stage stage = past.map(Transcript::stage).orElse(new Stage(0, 0, false, false, false, List.of(), Set.of()));
        Spoken answer = stage.turn() > 0 ? past.map(ChatScript::said).orElseThrow() : speak(active, chat, stage);
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

    private Spoken speak(ActiveRun active, Script.Chat chat, Stage stage) {
        if (stage.attempts() == 0) {
            return log.speak(opening(active, chat)); // it has begun already: only who speaks knows what it has cost
        }
        Optional<Problem> hindrance = active.stopped()
                .or(() -> stage.attempts() >= maxAttempts ? Optional.of(new Problem.Internal()) : Optional.empty());
        return hindrance
                .map(_ -> new Spoken("", Optional.empty(), Usage.NONE, Optional.empty(), Optional.empty(), hindrance))
                .orElseGet(() -> log.speak(turn(active, chat, stage.attempts() + 1)));
    }

    /** The turn that a chat begins with. */
    static Speak opening(ActiveRun active, Script.Chat chat) {
        return turn(active, chat, 1);
    }

    private static Speak turn(ActiveRun active, Script.Chat chat, int attempt) {
        Prompt prompt = new Prompt(messages(chat), chat.temperature(), chat.maxTokens(), Optional.empty());
        return new Speak(active.origin(), active.run().id(), 0, attempt, Speaker.ASSISTANT, chat.choice(), prompt);
    }

    /** The context's prompt opens the conversation; what the client said to the system comes after it. */
    private static List<Said> messages(Script.Chat chat) {
        List<Said> messages = new ArrayList<>();
        messages.add(Said.system(chat.systemPrompt()));
        messages.addAll(chat.messages());
        return messages;
    }

    private void extract(ActiveRun active, Script.Chat chat, Spoken answer) {
        Extracted found =
                active.stopped().isPresent() ? new Extracted(false, List.of(), Usage.NONE) : ask(active, chat, answer);
        log.write(active, new RunEvent.FlowsExtracted(log.now(), found.ok(), found.flows()));
    }

    /** A failed extraction is no error of the conversation. */
    private Extracted ask(ActiveRun active, Script.Chat chat, Spoken answer) {
        List<Said> said = new ArrayList<>(chat.messages());
        said.add(Said.assistant(answer.text()));
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

    /** The answer that is in the log already. */
    private static Spoken said(Transcript past) {
        Line line = past.lines().getLast();
        return new Spoken(
                line.said().content(),
                line.reason(),
                line.usage().orElse(Usage.NONE),
                line.provider(),
                line.model(),
                Optional.empty());
    }
}

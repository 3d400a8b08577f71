package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.FlowMessage.Extract;
import io.parley.contract.FlowMessage.Extracted;
import io.parley.contract.Problem;
import io.parley.contract.Prompt;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Speak;
import io.parley.contract.RunMessage.Spoken;
import io.parley.contract.RunMessage.Write;
import io.parley.contract.RunStatus;
import io.parley.contract.Said;
import io.parley.contract.Script;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The script of a chat: one turn, then the flows, then the end. Runs on a virtual thread; knows turns, never tokens. */
final class ChatScript {

    private static final Duration LONGEST_TURN = Duration.ofHours(2);

    private final Bus bus;
    private final InstantSource clock;
    private final Ids ids;
    private final Duration flowTimeout;

    ChatScript(Bus bus, InstantSource clock, Ids ids, Duration flowTimeout) {
        this.bus = bus;
        this.clock = clock;
        this.ids = ids;
        this.flowTimeout = flowTimeout;
    }

    /** Play it to its end. */
    RunStatus play(ActiveRun active, Script.Chat chat) {
        Spoken answer = active.stopped().isPresent() ? unsaid(active) : speak(active, chat);
        Optional<Problem> broken = answer.problem();
        if (broken.isEmpty() && chat.extractFlows()) {
            extract(active, chat, answer);
        }
        RunEvent.Ended end = broken.isEmpty()
                ? done(answer)
                : broken(answer, active.stopped().or(() -> broken));
        bus.ask(Addresses.JOURNAL_WRITE, new Write(active.run().id(), List.of(end)), LONGEST_TURN)
                .await();
        return end.status();
    }

    private Spoken speak(ActiveRun active, Script.Chat chat) {
        Prompt prompt = new Prompt(messages(chat), chat.temperature(), chat.maxTokens(), Optional.empty());
        Speak speak = new Speak(active.origin(), active.run().id(), 0, 1, Speaker.ASSISTANT, chat.choice(), prompt);
        return bus.ask(Addresses.JOURNAL_SPEAK, speak, LONGEST_TURN).await();
    }

    /** The context's prompt opens the conversation; what the client said to the system comes after it. */
    private static List<Said> messages(Script.Chat chat) {
        List<Said> messages = new ArrayList<>();
        messages.add(Said.system(chat.systemPrompt()));
        messages.addAll(chat.messages());
        return messages;
    }

    private void extract(ActiveRun active, Script.Chat chat, Spoken answer) {
        RunEvent found = new RunEvent.FlowsExtracted(clock.millis(), false, List.of());
        if (active.stopped().isEmpty()) {
            Extracted extracted = ask(active, chat, answer);
            found = new RunEvent.FlowsExtracted(clock.millis(), extracted.ok(), extracted.flows());
        }
        bus.ask(Addresses.JOURNAL_WRITE, new Write(active.run().id(), List.of(found)), LONGEST_TURN)
                .await();
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

    private static Spoken unsaid(ActiveRun active) {
        return new Spoken("", Optional.empty(), Usage.NONE, Optional.empty(), Optional.empty(), active.stopped());
    }

    private RunEvent.Ended done(Spoken answer) {
        return new RunEvent.Ended(
                clock.millis(),
                RunStatus.COMPLETED,
                1,
                answer.usage(),
                answer.reason(),
                Optional.empty(),
                Optional.empty(),
                answer.provider(),
                answer.model());
    }

    private RunEvent.Ended broken(Spoken answer, Optional<Problem> why) {
        Optional<String> cause = why.flatMap(problem ->
                problem instanceof Problem.Cancelled cancelled ? Optional.of(cancelled.cause()) : Optional.empty());
        return new RunEvent.Ended(
                clock.millis(),
                cause.isPresent() ? RunStatus.CANCELLED : RunStatus.ERROR,
                0,
                answer.usage(),
                answer.reason(),
                cause.isPresent() ? Optional.empty() : why,
                cause,
                answer.provider(),
                answer.model());
    }
}

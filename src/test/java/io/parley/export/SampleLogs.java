package io.parley.export;

import io.parley.contract.ChatMessage;
import io.parley.contract.Cursor;
import io.parley.contract.FinishReason;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.FlowMessage.Priority;
import io.parley.contract.FlowMessage.Status;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.BotState;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.FullLog;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Progress;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Sample logs of conversations. */
public final class SampleLogs {

    static final Instant STARTED_AT = Instant.parse("2026-11-21T10:00:00.123Z");

    private SampleLogs() {}

    public static RunSpec.Duo duo(int turns) {
        return new RunSpec.Duo(
                "tea or coffee?",
                turns,
                List.of(bot("Tea", "tea-1"), bot("Coffee", "coffee-2")),
                new RunSpec.StopRules(
                        Optional.of("AGREED"), Optional.of("a+"), OptionalLong.of(1_500_000), OptionalLong.of(600)),
                Optional.of("the prompt of the context"));
    }

    public static RunSpec.Bot bot(String name, String model) {
        return new RunSpec.Bot(
                name,
                new ModelSelection(Optional.of("openai"), Optional.of(model), true),
                "You are for " + name,
                OptionalDouble.of(0.7),
                OptionalInt.of(100));
    }

    public static RunSpec.Chat chat() {
        return new RunSpec.Chat(
                "You help.",
                List.of(
                        new ChatMessage(ChatMessage.Role.SYSTEM, "be brief", Optional.empty()),
                        new ChatMessage(
                                ChatMessage.Role.USER, "book a flight", Optional.of(STARTED_AT.minusSeconds(1)))),
                ModelSelection.DEFAULT,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                true,
                false);
    }

    public static Usage usage(int tokens) {
        return new Usage(10, tokens, 2, 1, 3, false, OptionalLong.of(123));
    }

    /** Events of alternating turns with the given texts, without an end. */
    public static List<RunEvent> duoEvents(RunSpec.Duo duo, String... turns) {
        List<RunEvent> events = new ArrayList<>();
        events.add(new RunEvent.RunStarted(at(0), duo, Optional.empty(), 0));
        for (int turn = 0; turn < turns.length; turn++) {
            events.addAll(turn(turn, turns[turn]));
        }
        return events;
    }

    static List<RunEvent> turn(int turn, String text) {
        Speaker speaker = turn % 2 == 0 ? Speaker.BOT0 : Speaker.BOT1;
        String model = turn % 2 == 0 ? "tea-1" : "coffee-2";
        List<RunEvent> events = new ArrayList<>();
        events.add(new RunEvent.TurnStarted(at(turn * 10 + 1), turn, 1, speaker, "openai", model));
        text.codePoints()
                .forEach(c ->
                        events.add(new RunEvent.Token(at(turn * 10 + 2), turn, 1, speaker, Character.toString(c))));
        events.add(new RunEvent.TurnCompleted(
                at(turn * 10 + 3),
                turn,
                1,
                speaker,
                text.codePointCount(0, text.length()),
                FinishReason.STOP,
                usage(20),
                250,
                "openai",
                model));
        return events;
    }

    public static RunEvent.Ended ended(RunStatus status, int turns) {
        return new RunEvent.Ended(
                at(999),
                status,
                turns,
                usage(20 * turns),
                Optional.empty(),
                Optional.empty(),
                Optional.of("turns"),
                Optional.empty(),
                Optional.empty());
    }

    /** Events of every type that a run with two bots can have. */
    public static List<RunEvent> everyEvent(RunSpec.Duo duo) {
        List<RunEvent> events = new ArrayList<>();
        events.add(new RunEvent.RunStarted(at(0), duo, Optional.of("run_before"), 1));
        events.addAll(turn(0, "tea"));
        events.add(new RunEvent.UsageCounted(at(14), 0, usage(20), usage(20)));
        events.add(new RunEvent.BotUpdated(
                at(14), 1, bot("Coffee", "coffee-3"), 2, List.of("model"), Optional.of("key-1")));
        events.add(new RunEvent.Injected(at(14), "be kind", Optional.empty(), Optional.of("key-2")));
        events.add(new RunEvent.Injected(at(14), "I would say coffee", Optional.of(Speaker.BOT1), Optional.empty()));
        events.add(new RunEvent.Paused(at(14), Optional.empty()));
        events.add(new RunEvent.Resumed(at(14), true, Optional.of("key-3")));
        events.add(new RunEvent.TurnStarted(at(15), 1, 1, Speaker.BOT1, "openai", "coffee-3"));
        events.add(new RunEvent.ThinkingToken(at(15), 1, 1, Speaker.BOT1, "tea has been"));
        events.add(new RunEvent.ThinkingToken(at(15), 1, 1, Speaker.BOT1, " said"));
        events.add(new RunEvent.Token(at(15), 1, 1, Speaker.BOT1, "forget this"));
        events.add(new RunEvent.TurnReset(
                at(16),
                1,
                2,
                Speaker.BOT1,
                "provider_error",
                Optional.of("openai"),
                Optional.of("anthropic"),
                usage(1)));
        events.add(new RunEvent.TurnStarted(at(17), 1, 2, Speaker.BOT1, "anthropic", "opus"));
        events.add(new RunEvent.Token(at(17), 1, 2, Speaker.BOT1, "cof"));
        Problem why =
                new Problem.ProviderFailed("anthropic", Problem.Fault.TRUNCATED, Optional.of(Duration.ofMillis(1500)));
        events.add(new RunEvent.RunFailed(at(18), why));
        events.add(new RunEvent.Ended(
                at(19),
                RunStatus.ERROR,
                1,
                usage(22),
                Optional.of(FinishReason.CANCELLED),
                Optional.of(why),
                Optional.empty(),
                Optional.of("anthropic"),
                Optional.of("opus")));
        return events;
    }

    /** Events of a chat with its answer and one flow. */
    public static List<RunEvent> chatEvents(String answer) {
        List<RunEvent> events = new ArrayList<>();
        events.add(new RunEvent.TurnStarted(at(1), 0, 1, Speaker.ASSISTANT, "openai", "gpt"));
        events.add(new RunEvent.Token(at(2), 0, 1, Speaker.ASSISTANT, answer));
        events.add(new RunEvent.TurnCompleted(
                at(3),
                0,
                1,
                Speaker.ASSISTANT,
                answer.codePointCount(0, answer.length()),
                FinishReason.LENGTH,
                Usage.reported(5, 6, 0, 0, 0),
                99,
                "openai",
                "gpt"));
        Draft draft = new Draft(
                "Book a flight",
                Optional.of("to Rome"),
                Priority.HIGH,
                Optional.of("2026-12-01"),
                true,
                Status.OPEN,
                Optional.of("run_1"));
        events.add(new RunEvent.FlowsExtracted(
                at(4), true, List.of(new Flow("flow_1", "ann", "ctx_ann", draft, STARTED_AT, STARTED_AT))));
        events.add(new RunEvent.Ended(
                at(5),
                RunStatus.COMPLETED,
                1,
                Usage.reported(5, 6, 0, 0, 0),
                Optional.of(FinishReason.LENGTH),
                Optional.empty(),
                Optional.empty(),
                Optional.of("openai"),
                Optional.of("gpt")));
        return events;
    }

    /** The log as the journal returns it; each entry of the transcript is the text of one turn. */
    public static FullLog fullLog(RunSpec script, List<RunEvent> events, RunStatus status) {
        Run run = new Run(
                "run_1", "ann", "ctx_ann", status, script, new Lease("", 1, STARTED_AT), STARTED_AT, STARTED_AT, 0);
        List<Entry> lines = new ArrayList<>();
        lines.add(line("tea or coffee?"));
        StringBuilder open = new StringBuilder();
        for (RunEvent event : events) {
            if (event instanceof RunEvent.Token token) {
                open.append(token.delta());
            } else if (event instanceof RunEvent.TurnCompleted done) {
                lines.add(new Entry(
                        new ChatMessage(
                                ChatMessage.Role.ASSISTANT,
                                open.toString(),
                                Optional.of(Instant.ofEpochMilli(done.at()))),
                        Optional.of(done.speaker()),
                        OptionalInt.of(done.turn()),
                        Optional.of(done.provider()),
                        Optional.of(done.model()),
                        Optional.of(done.reason()),
                        Optional.of(done.usage())));
                open.setLength(0);
            }
        }
        List<BotState> bots = script instanceof RunSpec.Duo duo
                ? duo.bots().stream().map(bot -> new BotState(bot, 1)).toList()
                : List.of();
        Progress progress = new Progress(lines.size() - 1, 0, false, false, false, bots, Set.of());
        Transcript transcript = new Transcript(run, lines, usage(40), 0, new Cursor(1, events.size()), progress);
        return new FullLog(transcript, events);
    }

    private static Entry line(String text) {
        return new Entry(
                ChatMessage.user(text),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static long at(int seconds) {
        return STARTED_AT.plusSeconds(seconds).toEpochMilli();
    }
}

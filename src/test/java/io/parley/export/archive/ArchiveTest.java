package io.parley.export.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.ChatMessage;
import io.parley.contract.FinishReason;
import io.parley.contract.FlowMessage.Flow;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.contract.ProblemException;
import io.parley.contract.RunEvent;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import io.parley.export.SampleLogs;
import io.parley.json.JsonWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {

    private static final RunSpec.Duo DUO = SampleLogs.duo(3);

    static Stream<Arguments> conversations() {
        List<RunEvent> finished = SampleLogs.duoEvents(DUO, "tea", "coffee");
        finished.add(SampleLogs.ended(RunStatus.COMPLETED, 2));
        return Stream.of(
                Arguments.of("two bots", DUO, finished, RunStatus.COMPLETED),
                Arguments.of("two bots and every event", DUO, SampleLogs.everyEvent(DUO), RunStatus.ERROR),
                Arguments.of("a chat", SampleLogs.chat(), SampleLogs.chatEvents("which one?"), RunStatus.COMPLETED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("conversations")
    @DisplayName("an archive is read as it was written, and written again as the same text")
    void roundTrip(String name, RunSpec script, List<RunEvent> events, RunStatus status) {
        String first = write(script, events, status);
        Archive read = Archive.read(first, "ann", "ctx_ann");
        assertThat(read.spec()).isEqualTo(script);
        assertThat(read.status()).isEqualTo(status);
        assertThat(read.events()).isEqualTo(TokenMerger.merge(events));
        assertThat(write(read.spec(), read.events(), status)).isEqualTo(first);
    }

    @Test
    @DisplayName("an archive keeps every problem that can end a run")
    void problems() {
        List<Problem> all = List.of(
                new Problem.Malformed("code", "detail"),
                new Problem.Invalid(List.of(new Violation("/a", "rule", "words"))),
                new Problem.Rejected(Problem.RejectionReason.NOT_ACCEPTABLE, "detail"),
                new Problem.Unauthorized(),
                new Problem.Forbidden("admin"),
                new Problem.ModelNotAllowed(),
                new Problem.NotFound(),
                new Problem.Conflict("detail"),
                new Problem.PreconditionFailed(),
                new Problem.RateLimited(Duration.ofMillis(1500)),
                new Problem.BudgetExceeded("run"),
                new Problem.ProviderFailed("openai", Problem.Fault.STALLED, Optional.empty()),
                new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)),
                new Problem.Cancelled("user"),
                new Problem.Internal());
        List<RunEvent> events = SampleLogs.duoEvents(DUO);
        all.forEach(problem -> events.add(new RunEvent.RunFailed(1, problem)));
        assertThat(Archive.read(write(DUO, events, RunStatus.RUNNING), "ann", "c")
                        .events())
                .startsWith(events.toArray(RunEvent[]::new));
        assertThat(all.stream().map(Object::getClass))
                .containsExactlyInAnyOrder(Problem.class.getPermittedSubclasses());
    }

    @Test
    @DisplayName("text is kept whatever it contains: control characters, unpaired surrogates, JSON and markup")
    void hostileText() {
        String text =
                "\u0000\u001b[31m\ud83d|\u2028 \"},{\"type\":\"run_complete\"}] </script> \ufffe \ude00😀 # x\r\n";
        List<RunEvent> events = SampleLogs.chatEvents(text);
        String written = write(SampleLogs.chat(), events, RunStatus.COMPLETED);
        assertThat(new String(written.getBytes(UTF_8), UTF_8))
                .isEqualTo(written)
                .contains("😀");
        assertThat(Archive.read(written, "ann", "ctx_ann").events()).isEqualTo(events);
    }

    @Test
    @DisplayName("tokens are merged up to a limit, but not across turns or attempts")
    void merging() {
        List<RunEvent> events = SampleLogs.duoEvents(DUO, "x".repeat(20_000), "y");
        List<RunEvent> merged = TokenMerger.merge(events);
        assertThat(merged).hasSize(1 + 5 + 3);
        assertThat(merged.stream()
                        .filter(RunEvent.Token.class::isInstance)
                        .map(event -> ((RunEvent.Token) event).delta())
                        .reduce("", String::concat))
                .isEqualTo("x".repeat(20_000) + "y");
        assertThat(TokenMerger.merge(merged)).isEqualTo(merged);
    }

    @Test
    @DisplayName(
            "reasoning is kept apart from the text: what was asked for, its pieces, and what is stored with a turn")
    void thinking() {
        RunSpec.Chat asked = new RunSpec.Chat(
                "",
                List.of(ChatMessage.user("hi")),
                ModelSelection.DEFAULT,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                true,
                false,
                true);
        List<RunEvent> events = List.of(
                new RunEvent.TurnStarted(1, 0, 1, Speaker.ASSISTANT, "openai", "gpt"),
                new RunEvent.ThinkingToken(2, 0, 1, Speaker.ASSISTANT, "hm \ud83d"),
                new RunEvent.ThinkingToken(3, 0, 1, Speaker.ASSISTANT, "\ude00"),
                new RunEvent.Token(4, 0, 1, Speaker.ASSISTANT, "Hello"),
                new RunEvent.TurnCompleted(
                        5,
                        0,
                        1,
                        Speaker.ASSISTANT,
                        5,
                        FinishReason.STOP,
                        Usage.NONE,
                        9,
                        "openai",
                        "gpt",
                        Optional.of("hm 😀")),
                SampleLogs.ended(RunStatus.COMPLETED, 1));
        Archive read = Archive.read(write(asked, events, RunStatus.COMPLETED), "ann", "ctx_ann");
        assertThat(read.spec()).isEqualTo(asked);
        assertThat(read.events())
                .containsExactly(
                        events.get(0),
                        new RunEvent.ThinkingToken(2, 0, 1, Speaker.ASSISTANT, "hm 😀"),
                        events.get(3),
                        events.get(4),
                        events.get(5));
    }

    @Test
    @DisplayName("a run without an end is read as cancelled at its last event")
    void unfinished() {
        List<RunEvent> events = SampleLogs.duoEvents(DUO, "tea");
        events.add(new RunEvent.TurnStarted(99_999, 1, 1, Speaker.BOT1, "openai", "coffee-2"));
        events.add(new RunEvent.Token(99_999, 1, 1, Speaker.BOT1, "cof"));
        Archive read = Archive.read(write(DUO, events, RunStatus.RUNNING), "ann", "c");
        assertThat(read.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(read.events().getLast()).isInstanceOfSatisfying(RunEvent.Ended.class, ended -> {
            assertThat(ended.turns()).isEqualTo(1);
            assertThat(ended.usage()).isEqualTo(SampleLogs.usage(20));
            assertThat(ended.at()).isEqualTo(99_999);
        });
        String again = write(DUO, read.events(), RunStatus.CANCELLED);
        assertThat(write(DUO, Archive.read(again, "ann", "c").events(), RunStatus.CANCELLED))
                .isEqualTo(again);
    }

    @Test
    @DisplayName("a document has no owner: the run and its flows belong to the importing user")
    void ownership() {
        Archive read = Archive.read(
                write(SampleLogs.chat(), SampleLogs.chatEvents("x"), RunStatus.COMPLETED), "mallory", "ctx_mallory");
        List<Flow> flows = read.events().stream()
                .filter(RunEvent.FlowsExtracted.class::isInstance)
                .flatMap(event -> ((RunEvent.FlowsExtracted) event).flows().stream())
                .toList();
        assertThat(flows).hasSize(1).allSatisfy(flow -> {
            assertThat(flow.owner()).isEqualTo("mallory");
            assertThat(flow.contextId()).isEqualTo("ctx_mallory");
        });
        assertThat(violations(document -> document.put("owner", "ann"))).containsExactly("/owner");
    }

    static Stream<Arguments> invalidDocuments() {
        return Stream.of(
                invalid("another format", d -> d.put("format", "parley.run/2"), "/format"),
                invalid("no format", d -> d.remove("format"), "/format"),
                invalid("no script", d -> d.remove("script"), "/script"),
                invalid("no status", d -> d.remove("status"), "/status"),
                invalid("events is not a list", d -> d.put("events", "x"), "/events"),
                invalid("an event is not an object", d -> events(d).insert(1, 7), "/events/1"),
                invalid("an event of unknown type", d -> event(d, 1).put("type", "rm"), "/events/1/type"),
                invalid("an event with an unknown field", d -> event(d, 1).put("is", "x"), "/events/1/is"),
                invalid("an invalid timestamp", d -> event(d, 1).put("ts", "soon"), "/events/1/ts"),
                invalid(
                        "a timestamp before year 1",
                        d -> event(d, 1).put("ts", "0000-12-31T23:59:59Z"),
                        "/events/1/ts"),
                invalid("a number as text", d -> event(d, 1).put("turn", "0"), "/events/1/turn"),
                invalid("a fractional number", d -> event(d, 1).put("turn", 0.5), "/events/1/turn"),
                invalid("a number out of range", d -> event(d, 1).put("turn", Long.MAX_VALUE), "/events/1/turn"),
                invalid("a null", d -> event(d, 2).putNull("delta"), "/events/2/delta"),
                invalid("an unknown role", d -> event(d, 2).put("role", "bot7"), "/events/2/role"),
                invalid("the role of the other bot", d -> event(d, 2).put("role", "bot1"), "/events/2/role"),
                invalid("a skipped turn", d -> event(d, 4).put("turn", 2), "/events/4/turn"),
                invalid("a repeated turn", d -> event(d, 4).put("turn", 0), "/events/4/turn"),
                invalid(
                        "text that does not match its length",
                        d -> event(d, 2).put("delta", "four"),
                        "/events/3/chars"),
                invalid("no start event", d -> events(d).remove(0), "/events"),
                invalid("a turn without its start", d -> events(d).remove(1), "/events/1"),
                invalid("no end", d -> events(d).remove(7), "/events"),
                invalid("an event after the end", d -> events(d).add(event(d, 1)), "/events/8"),
                invalid("two end events", d -> events(d).add(event(d, 7)), "/events/8"),
                invalid("a status that does not match the end", d -> d.put("status", "error"), "/events/7/status"),
                invalid(
                        "an end with a status that is not final",
                        d -> event(d, 7).put("status", "paused"),
                        "/events/7/status"),
                invalid("one bot", d -> ((ArrayNode) d.at("/script/bots")).remove(0), "/script/bots"),
                invalid(
                        "a bot without a prompt",
                        d -> nodeAt(d, "/script/bots/0").remove("prompt"),
                        "/script/bots/0/prompt"),
                invalid("an unpaired surrogate", d -> nodeAt(d, "/script").put("topic", "\ud800"), "/script/topic"),
                invalid(
                        "a text that is too long",
                        d -> nodeAt(d, "/script").put("topic", "x".repeat(100_001)),
                        "/script/topic"),
                invalid("too many turns", d -> nodeAt(d, "/script").put("max_turns", 1 << 20), "/script/max_turns"),
                invalid(
                        "an invalid regular expression",
                        d -> nodeAt(d, "/script/stop").put("regex", "("),
                        "/script/stop/regex"),
                invalid(
                        "an amount below a micro-dollar",
                        d -> nodeAt(d, "/script/stop").put("max_usd", 1e-9),
                        "/script/stop/max_usd"),
                invalid(
                        "a negative amount",
                        d -> nodeAt(d, "/events/3/usage").put("cost_usd", -1),
                        "/events/3/usage/cost_usd"),
                invalid(
                        "usage without tokens",
                        d -> nodeAt(d, "/events/3/usage").remove("input_tokens"),
                        "/events/3/usage/input_tokens"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidDocuments")
    @DisplayName("an invalid document is rejected with the position of the error")
    void strict(String name, Consumer<ObjectNode> change, String pointer) {
        assertThat(violations(change)).contains(pointer);
    }

    @Test
    @DisplayName("all errors are reported at once, up to a hundred")
    void allAtOnce() {
        assertThat(violations(document -> {
                    document.put("format", "x").put("id", 7);
                    nodeAt(document, "/script").put("max_turns", 0);
                    event(document, 1).put("attempt", 0);
                }))
                .containsExactly("/format", "/id", "/script/max_turns", "/events/1/attempt");
        assertThat(violations(document -> {
                    for (int i = 0; i < 500; i++) {
                        events(document).add(i);
                    }
                }))
                .hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}{}",
                "{'format':1}",
                "{\"a\":NaN}",
                "{\"format\":\"parley.run/1\",\"format\":\"parley.run/1\"}",
                "{\"a\":1e}",
                "\ufeff{}"
            })
    @DisplayName("text that is not strict JSON is rejected as malformed")
    void notJson(String text) {
        assertThatThrownBy(() -> Archive.read(text, "ann", "c"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failed -> assertThat(failed.problem()).isInstanceOf(Problem.Malformed.class));
    }

    @Test
    @DisplayName("a document that is nested too deeply is rejected as malformed")
    void tooDeep() {
        assertThatThrownBy(() -> Archive.read("{\"a\":" + "[".repeat(100_000), "ann", "c"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failed -> assertThat(failed.problem()).isInstanceOf(Problem.Malformed.class));
    }

    private static Arguments invalid(String name, Consumer<ObjectNode> change, String pointer) {
        return Arguments.of(name, change, pointer);
    }

    private static List<String> violations(Consumer<ObjectNode> change) {
        List<RunEvent> events = SampleLogs.duoEvents(DUO, "tea", "coffee");
        events.add(SampleLogs.ended(RunStatus.COMPLETED, 2));
        ObjectNode document = tree(write(DUO, events, RunStatus.COMPLETED));
        change.accept(document);
        ProblemException failure = catchThrowableOfType(
                ProblemException.class, () -> Archive.read(JsonWriter.document(document), "ann", "c"));
        assertThat(failure).as("the document is rejected").isNotNull();
        return new ArrayList<>(((Problem.Invalid) failure.problem()).violations())
                .stream().map(Violation::pointer).toList();
    }

    private static ObjectNode tree(String document) {
        try {
            return (ObjectNode) new JsonMapper().readTree(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ArrayNode events(ObjectNode document) {
        return (ArrayNode) document.get("events");
    }

    private static ObjectNode event(ObjectNode document, int index) {
        return (ObjectNode) events(document).get(index);
    }

    private static ObjectNode nodeAt(ObjectNode document, String pointer) {
        JsonNode node = document.at(pointer);
        return (ObjectNode) node;
    }

    private static String write(RunSpec script, List<RunEvent> events, RunStatus status) {
        return Archive.write(SampleLogs.fullLog(script, events, status));
    }
}

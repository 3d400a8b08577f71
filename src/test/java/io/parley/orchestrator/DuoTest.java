package io.parley.orchestrator;

import static io.parley.testing.ConversationHarness.await;
import static io.parley.testing.ConversationHarness.duo;
import static io.parley.testing.ConversationHarness.origin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.contract.Addresses;
import io.parley.contract.ChatMessage;
import io.parley.contract.Cursor;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.RunMessage.CommandResult;
import io.parley.contract.RunMessage.Fork;
import io.parley.contract.RunMessage.Inject;
import io.parley.contract.RunMessage.Patch;
import io.parley.contract.RunMessage.Pause;
import io.parley.contract.RunMessage.Resume;
import io.parley.contract.RunMessage.Step;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.RunSpec.StopRules;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.testing.ConversationHarness;
import io.parley.testing.FakeGateway;
import io.parley.testing.FakeStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DuoTest {

    private final FakeStore store = new FakeStore();
    private ConversationHarness node;

    @BeforeEach
    void start() throws Exception {
        node = ConversationHarness.start(store, false);
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    @DisplayName("two bots take turns; each gets its own messages as the assistant and the other's as the user")
    void botPrompts() throws Exception {
        StreamRef run = node.startDuo(duo(3, StopRules.NONE));
        FakeGateway.FakeAnswer first = node.gateway.nextAnswer();
        assertThat(first.request().prompt().messages())
                .containsExactly(ChatMessage.system("You are for Tea"), ChatMessage.user("tea or coffee?"));
        first.publishTokens("tea").complete();
        FakeGateway.FakeAnswer second = node.gateway.nextAnswer();
        assertThat(second.request().prompt().messages())
                .containsExactly(
                        ChatMessage.system("You are for Coffee"),
                        ChatMessage.user("tea or coffee?"),
                        ChatMessage.user("tea"));
        second.publishTokens("coffee").complete();
        FakeGateway.FakeAnswer third = node.gateway.nextAnswer();
        assertThat(third.request().prompt().messages())
                .containsExactly(
                        ChatMessage.system("You are for Tea"),
                        ChatMessage.user("tea or coffee?"),
                        ChatMessage.assistant("tea"),
                        ChatMessage.user("coffee"));
        third.publishTokens("tea!").complete();
        List<RunEvent> all = node.readUntil(run, RunEvent.Ended.class::isInstance);
        assertThat(all.getFirst()).isInstanceOf(RunEvent.RunStarted.class);
        assertThat(all.getLast()).isInstanceOfSatisfying(RunEvent.Ended.class, ended -> {
            assertThat(ended.status()).isEqualTo(RunStatus.COMPLETED);
            assertThat(ended.turns()).isEqualTo(3);
            assertThat(ended.cause()).contains("turns");
            assertThat(ended.usage().outputTokens()).isEqualTo(6);
        });
        assertThat(store.run(run.streamId()).orElseThrow().status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    @DisplayName("a text, a regular expression or a duration ends a run before its last turn")
    void rules() throws Exception {
        assertThat(ruleThatEnds(new StopRules(
                        Optional.of("AGREED"), Optional.empty(), OptionalLong.empty(), OptionalLong.empty())))
                .contains("text");
        assertThat(ruleThatEnds(new StopRules(
                        Optional.empty(), Optional.of("AGR(E+)D$"), OptionalLong.empty(), OptionalLong.empty())))
                .contains("regex");
        StreamRef old = node.startDuo(
                duo(5, new StopRules(Optional.empty(), Optional.empty(), OptionalLong.empty(), OptionalLong.of(0))));
        assertThat(node.readUntil(old, RunEvent.Ended.class::isInstance).getLast())
                .isInstanceOfSatisfying(
                        RunEvent.Ended.class, ended -> assertThat(ended.cause()).contains("seconds"));
    }

    private Optional<String> ruleThatEnds(StopRules rules) throws Exception {
        StreamRef run = node.startDuo(duo(5, rules));
        node.gateway.nextAnswer().publishTokens("we are AGREED").complete();
        RunEvent.Ended ended = (RunEvent.Ended)
                node.readUntil(run, RunEvent.Ended.class::isInstance).getLast();
        assertThat(ended.turns()).isEqualTo(1);
        return ended.cause();
    }

    @Test
    @DisplayName("a paused run starts no turn until it is resumed, and a step runs one turn")
    void pausing() throws Exception {
        StreamRef run = node.startDuo(duo(9, StopRules.NONE));
        FakeGateway.FakeAnswer first = node.gateway.nextAnswer();
        assertThat(node.command(run.streamId(), new Pause()))
                .isEqualTo(new CommandResult(run.streamId(), RunStatus.PAUSED, true, Optional.empty()));
        assertThat(node.command(run.streamId(), new Pause()).applied()).isFalse();
        first.publishTokens("one").complete();
        node.readUntil(run, event -> event instanceof RunEvent.UsageCounted);
        assertThat(node.command(run.streamId(), new Step()).status()).isEqualTo(RunStatus.RUNNING);
        node.gateway.nextAnswer().publishTokens("two").complete();
        AtomicInteger delays = new AtomicInteger();
        List<RunEvent> stepped =
                node.readUntil(run, event -> event instanceof RunEvent.Paused && delays.incrementAndGet() == 2);
        assertThat(stepped).filteredOn(RunEvent.TurnCompleted.class::isInstance).hasSize(2);
        node.command(run.streamId(), new Resume());
        assertThat(node.gateway.nextAnswer().request().prompt().messages()).hasSize(4);
    }

    @Test
    @DisplayName("a bot that is changed during a run uses the change in its next turn")
    void patching() throws Exception {
        StreamRef run = node.startDuo(duo(9, StopRules.NONE));
        FakeGateway.FakeAnswer first = node.gateway.nextAnswer();
        Patch patch = new Patch(
                1,
                Optional.of("You love cocoa"),
                OptionalDouble.of(0.1),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.of(1));
        CommandResult state = node.command(run.streamId(), patch);
        assertThat(state.bot().orElseThrow().revision()).isEqualTo(2);
        assertThatThrownBy(() -> node.command(run.streamId(), patch))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem()).isEqualTo(new Problem.PreconditionFailed()));
        first.publishTokens("one").complete();
        FakeGateway.FakeAnswer second = node.gateway.nextAnswer();
        assertThat(second.request().prompt().messages().getFirst()).isEqualTo(ChatMessage.system("You love cocoa"));
        assertThat(second.request().prompt().options().temperature()).hasValue(0.1);
    }

    @Test
    @DisplayName("a command with an idempotency key is applied once")
    void idempotentCommands() throws Exception {
        StreamRef run = node.startDuo(duo(9, StopRules.NONE));
        FakeGateway.FakeAnswer first = node.gateway.nextAnswer();
        Inject inject = new Inject("mind the time", Optional.empty());
        assertThat(node.command(run.streamId(), Optional.of("k1"), inject).applied())
                .isTrue();
        assertThat(node.command(run.streamId(), Optional.of("k1"), inject).applied())
                .isFalse();
        first.publishTokens("one").complete();
        assertThat(node.gateway.nextAnswer().request().prompt().messages())
                .containsSubsequence(ChatMessage.user("one"), ChatMessage.user("mind the time"))
                .filteredOn(message -> message.content().equals("mind the time"))
                .hasSize(1);
    }

    @Test
    @DisplayName("no request ends with a message of the bot itself, even an injected one")
    void lastMessageIsNotOwn() throws Exception {
        StreamRef run = node.startDuo(duo(9, StopRules.NONE));
        FakeGateway.FakeAnswer first = node.gateway.nextAnswer();
        node.command(run.streamId(), new Inject("as I said", Optional.of(Speaker.BOT1)));
        first.publishTokens("one").complete();
        List<ChatMessage> messages =
                node.gateway.nextAnswer().request().prompt().messages();
        assertThat(messages).contains(ChatMessage.assistant("as I said"));
        assertThat(messages.getLast().role()).isEqualTo(ChatMessage.Role.USER);
    }

    @Test
    @DisplayName("a stop cancels the provider call at once and ends the run as cancelled; a second stop has no effect")
    void stop() throws Exception {
        StreamRef run = node.startDuo(duo(9, StopRules.NONE));
        FakeGateway.FakeAnswer first = node.gateway.nextAnswer().publishTokens("hal");
        CommandResult state = node.stop(run.streamId());
        assertThat(state.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(state.applied()).isTrue();
        assertThat(node.gateway.cancelled()).isEqualTo(first.request().callId());
        assertThat(node.stop(run.streamId()).applied()).isFalse();
        assertThatThrownBy(() -> node.command(run.streamId(), new Pause()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(409));
    }

    @Test
    @DisplayName("a provider failure midway ends the run with an error event and one terminal event")
    void broken() throws Exception {
        StreamRef run = node.startDuo(duo(9, StopRules.NONE));
        node.gateway
                .nextAnswer()
                .publishTokens("hal")
                .fail(new Problem.ProviderFailed("fake", Problem.Fault.TRUNCATED, Optional.empty()));
        List<RunEvent> all = node.readUntil(run, RunEvent.Ended.class::isInstance);
        assertThat(all.get(all.size() - 2)).isInstanceOf(RunEvent.RunFailed.class);
        assertThat(((RunEvent.Ended) all.getLast()).status()).isEqualTo(RunStatus.ERROR);
    }

    @Test
    @DisplayName("a fork shares the earlier turns, and counts only its own usage")
    void fork() throws Exception {
        StreamRef run = node.startDuo(duo(2, StopRules.NONE));
        node.gateway.nextAnswer().publishTokens("one").complete();
        node.gateway.nextAnswer().publishTokens("two").complete();
        node.readUntil(run, RunEvent.Ended.class::isInstance);
        StreamRef forked = await(node.bus.request(
                Addresses.RUN_FORK, new Fork(origin(), run.streamId(), 1, Optional.empty(), Optional.empty())));
        FakeGateway.FakeAnswer other = node.gateway.nextAnswer();
        assertThat(other.request().prompt().messages()).endsWith(ChatMessage.user("one"));
        other.publishTokens("another two").complete();
        RunEvent.Ended ended = (RunEvent.Ended)
                node.readUntil(forked, RunEvent.Ended.class::isInstance).getLast();
        assertThat(ended.usage().outputTokens()).isEqualTo(2);
        Transcript transcript = node.transcript(forked.streamId());
        assertThat(transcript.entries())
                .extracting(entry -> entry.message().content())
                .containsExactly("tea or coffee?", "one", "another two");
    }

    @Test
    @DisplayName("a fork includes messages injected before the first turn")
    void forkOfInjected() throws Exception {
        Promise<Void> gate = Promise.promise();
        node.gateway.openGate(_ -> gate.future());
        StreamRef run = node.startDuo(duo(1, StopRules.NONE));
        node.gateway.awaitRequests(1);
        node.command(run.streamId(), new Inject("mind the time", Optional.empty()));
        gate.complete();
        node.gateway.nextAnswer().publishTokens("one").complete();
        node.readUntil(run, RunEvent.Ended.class::isInstance);
        List<String> transcript = texts(node.transcript(run.streamId()));
        StreamRef forked = await(node.bus.request(
                Addresses.RUN_FORK, new Fork(origin(), run.streamId(), 1, Optional.empty(), Optional.empty())));
        assertThat(texts(node.transcript(forked.streamId())))
                .isEqualTo(transcript)
                .contains("mind the time", "one");
    }

    private static List<String> texts(Transcript transcript) {
        return transcript.entries().stream()
                .map(entry -> entry.message().content())
                .toList();
    }

    @Test
    @DisplayName(
            "a run whose owner stops is taken over: the open turn is reset and repeated, and no message is repeated")
    void takeOver() throws Exception {
        StreamRef run = node.startDuo(duo(2, StopRules.NONE));
        node.gateway.nextAnswer().publishTokens("one").complete();
        node.gateway.nextAnswer().publishTokens("tw");
        node.eventually(() ->
                stored(run).anyMatch(event -> event instanceof RunEvent.Token token && token.turn() == 1));
        node.close();
        try (ConversationHarness successor = ConversationHarness.start(store, true)) {
            FakeGateway.FakeAnswer repeated = successor.gateway.nextAnswer();
            assertThat(repeated.request().prompt().messages()).endsWith(ChatMessage.user("one"));
            repeated.publishTokens("two").complete();
            StreamRef attached = await(
                    successor.bus.request(Addresses.JOURNAL_ATTACH, new Attach("ann", run.streamId(), Cursor.START)));
            List<RunEvent> all = successor.readUntil(attached, RunEvent.Ended.class::isInstance);
            RunEvent.TurnReset reset = all.stream()
                    .filter(RunEvent.TurnReset.class::isInstance)
                    .map(RunEvent.TurnReset.class::cast)
                    .findFirst()
                    .orElseThrow();
            assertThat(reset.reason()).isEqualTo("takeover");
            assertThat(reset.turn()).isEqualTo(1);
            assertThat(reset.attempt()).isEqualTo(2);
            assertThat(reset.discardedUsage().estimated()).isTrue();
            assertThat(successor.transcript(run.streamId()).entries())
                    .extracting(entry -> entry.message().content())
                    .containsExactly("tea or coffee?", "one", "two");
            assertThat(store.run(run.streamId()).orElseThrow().lease().epoch()).isEqualTo(2);
        }
        node = ConversationHarness.start(store, false);
    }

    @Test
    @DisplayName("the idempotency key of a command is kept across a takeover")
    void idempotentAfterTakeover() throws Exception {
        StreamRef run = node.startDuo(duo(9, StopRules.NONE));
        node.gateway.nextAnswer();
        node.readUntil(run, RunEvent.TurnStarted.class::isInstance);
        node.command(run.streamId(), Optional.of("k1"), new Pause());
        node.close();
        try (ConversationHarness newOwner = ConversationHarness.start(store, true)) {
            newOwner.eventually(() -> epoch(run) == 2 && stored(run).anyMatch(RunEvent.TurnReset.class::isInstance));
            newOwner.awaitActiveRuns(1); // the orchestrator resumes the run after the reset is stored
            assertThat(newOwner.command(run.streamId(), Optional.of("k1"), new Pause())
                            .applied())
                    .isFalse();
        }
        node = ConversationHarness.start(store, false);
    }

    @Test
    @DisplayName("a turn is attempted three times, then the run ends with an error")
    void attempts() throws Exception {
        StreamRef run = node.startDuo(duo(2, StopRules.NONE));
        node.gateway.nextAnswer().publishTokens("o");
        node.eventually(() -> stored(run).anyMatch(RunEvent.Token.class::isInstance));
        for (int restart = 0; restart < 2; restart++) {
            node.close();
            node = ConversationHarness.start(store, true);
            node.gateway.nextAnswer().publishTokens("o");
            int attempt = restart + 2;
            node.eventually(() ->
                    stored(run).anyMatch(event -> event instanceof RunEvent.Token token && token.attempt() == attempt));
        }
        node.close();
        node = ConversationHarness.start(store, true);
        node.eventually(() -> store.run(run.streamId()).orElseThrow().status() == RunStatus.ERROR);
    }

    @Test
    @DisplayName("a run that fails internally ends with its completed turns and their usage")
    void scriptFails() throws Exception {
        StreamRef run = node.startDuo(duo(4, StopRules.NONE));
        FakeGateway.FakeAnswer first = node.gateway.nextAnswer();
        await(node.bus.handle( // every further turn fails
                Addresses.JOURNAL_GENERATE_TURN, _ -> Future.failedFuture(new Problem.Internal().toException())));
        first.publishTokens("a").complete();
        List<RunEvent> all =
                node.readUntil(run, event -> event instanceof RunEvent.TurnStarted next && next.turn() == 1);
        if (!(all.getLast() instanceof RunEvent.Ended)) {
            node.gateway.nextAnswer().publishTokens("b").complete();
            all = node.readUntil(run, RunEvent.Ended.class::isInstance);
        }
        List<RunEvent.TurnCompleted> turns = all.stream()
                .filter(RunEvent.TurnCompleted.class::isInstance)
                .map(RunEvent.TurnCompleted.class::cast)
                .toList();
        RunEvent.Ended end = (RunEvent.Ended) all.getLast();
        assertThat(end.status()).isEqualTo(RunStatus.ERROR);
        assertThat(end.turns()).isPositive().isEqualTo(turns.size());
        assertThat(end.usage().outputTokens())
                .isPositive()
                .isEqualTo(turns.stream()
                        .mapToLong(turn -> turn.usage().outputTokens())
                        .sum());
    }

    @Test
    @DisplayName("the prompt of a bot without a prompt contains only the context's prompt")
    void noPrompt() {
        RunSpec.Bot withoutPrompt =
                new RunSpec.Bot("x", ModelSelection.DEFAULT, " ", OptionalDouble.empty(), OptionalInt.empty());
        RunSpec.Duo duo =
                new RunSpec.Duo("t", 1, List.of(withoutPrompt, withoutPrompt), StopRules.NONE, Optional.of("ctx"));
        assertThat(BotPrompt.of(Speaker.BOT0, withoutPrompt, duo, List.of()).messages())
                .containsExactly(ChatMessage.system("ctx"), ChatMessage.user("(continue)"));
    }

    private Stream<RunEvent> stored(StreamRef run) {
        return store.batches(run.streamId()).stream().flatMap(batch -> batch.events().stream());
    }

    private int epoch(StreamRef run) {
        return store.run(run.streamId()).orElseThrow().lease().epoch();
    }
}

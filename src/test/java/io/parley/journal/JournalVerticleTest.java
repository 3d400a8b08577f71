package io.parley.journal;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.bus.Bus;
import io.parley.bus.Clocks;
import io.parley.bus.Ids;
import io.parley.config.ConversationConfig;
import io.parley.config.JournalConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ChatMessage;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.FinishReason;
import io.parley.contract.GenerationOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import io.parley.contract.Prompt;
import io.parley.contract.RequestContext;
import io.parley.contract.RunEvent;
import io.parley.contract.RunEvent.Ended;
import io.parley.contract.RunEvent.Token;
import io.parley.contract.RunEvent.TurnCompleted;
import io.parley.contract.RunEvent.TurnStarted;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.RunMessage.CancelTurn;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.RunMessage.Write;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.StoreMessage.RunBatch;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.parley.testing.FakeGateway;
import io.parley.testing.FakeStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class JournalVerticleTest {

    private static final Duration LONG = Duration.ofSeconds(4);
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private Vertx vertx;
    private Bus bus;
    private final FakeStore store = new FakeStore();
    private FakeGateway gateway;
    private final JournalConfig config = new JournalConfig(
            Duration.ofSeconds(10), Duration.ofMillis(40), 32, 8192, Duration.ofMillis(300), Duration.ofMillis(100));

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        this.vertx = vertx;
        bus = Bus.install(vertx);
        gateway = new FakeGateway(vertx);
        ConversationConfig conversation = new ConversationConfig(
                Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofHours(24));
        Ids ids = new Ids(InstantSource.fixed(NOW), new Random(7));
        store.start(bus)
                .compose(_ -> gateway.start(bus))
                .compose(_ -> vertx.deployVerticle(new JournalVerticle(
                        bus, config, conversation, ids, new Clocks(InstantSource.fixed(NOW), System::nanoTime), false)))
                .await(5, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("a run starts only when it is stored, under a lease of this journal")
    void opens() throws Exception {
        StreamRef opened = open("run_1");
        Lease lease = store.run("run_1").orElseThrow().lease();
        assertThat(lease).isEqualTo(new Lease(opened.source(), 1, NOW.plusSeconds(10)));
        store.mode(FakeStore.Mode.DOWN);
        assertThatThrownBy(() -> open("run_2"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("store_unavailable"));
    }

    @Test
    @DisplayName("the first turn is generated while its run is being stored, but is neither visible nor stored before")
    void firstTurnStartsEarly() throws Exception {
        Promise<Void> stored = Promise.promise();
        store.insertGate(stored.future());
        Future<StreamRef> opening = bus.request(
                Addresses.JOURNAL_OPEN, new OpenLog(run("run_1"), List.of(), Optional.of(openLog("run_1"))));
        Future<StreamRef> attaching = bus.request(Addresses.JOURNAL_ATTACH, new Attach("ann", "run_1", Cursor.START));
        FakeGateway.FakeAnswer answer = gateway.nextAnswer().publishTokens("Hel", "lo");

        assertThat(opening.isComplete()).isFalse();
        assertThat(attaching.isComplete()).isFalse();
        assertThat(store.appends()).isZero();

        stored.complete();
        StreamRef opened = opening.await(5, TimeUnit.SECONDS);
        assertThat(text(readUntil(opened, 3))).isEqualTo("Hello");
        assertThat(attaching.await(5, TimeUnit.SECONDS)).isEqualTo(opened);

        Future<TurnResult> turn = bus.request(Addresses.JOURNAL_GENERATE_TURN, openLog("run_1"));
        answer.complete();
        assertThat(turn.await(5, TimeUnit.SECONDS).text()).isEqualTo("Hello");
        gateway.awaitRequests(1);
        assertThat(gateway.requests()).as("further calls").isZero();
    }

    @Test
    @DisplayName("when a run cannot be stored, its provider call is cancelled at once and the run does not exist")
    void insertFails() throws Exception {
        Promise<Void> stored = Promise.promise();
        store.insertGate(stored.future());
        Future<StreamRef> opening = bus.request(
                Addresses.JOURNAL_OPEN, new OpenLog(run("run_1"), List.of(), Optional.of(openLog("run_1"))));
        FakeGateway.FakeAnswer answer = gateway.nextAnswer().publishTokens("Hel");

        stored.fail(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)).toException());

        assertThat(gateway.cancelled()).isEqualTo(answer.request().callId());
        assertThatThrownBy(() -> opening.await(5, TimeUnit.SECONDS)).hasMessageContaining("store_unavailable");
        assertThatThrownBy(() -> bus.request(Addresses.JOURNAL_ATTACH, new Attach("ann", "run_1", Cursor.START))
                        .await(5, TimeUnit.SECONDS))
                .hasMessageContaining("not_found");
        assertThat(store.appends()).isZero();
    }

    @Test
    @DisplayName("tokens are published at once; a turn completes only when it is stored")
    void storedFirst() throws Exception {
        StreamRef opened = open("run_1");
        Future<TurnResult> turn = generateTurn("run_1");
        FakeGateway.FakeAnswer answer = gateway.nextAnswer();
        answer.publishTokens("Hel", "lo");
        assertThat(text(readUntil(opened, 3))).isEqualTo("Hello");
        store.mode(FakeStore.Mode.HOLDING);
        answer.complete();
        Batch waiting = follow(opened, new Cursor(1, 3), Duration.ofMillis(100));
        assertThat(waiting.events()).isEmpty();
        assertThat(turn.isComplete()).isFalse();
        store.mode(FakeStore.Mode.UP);
        TurnResult result = turn.await(5, TimeUnit.SECONDS);
        assertThat(result.text()).isEqualTo("Hello");
        assertThat(result.reason()).contains(FinishReason.STOP);
        Event completed = follow(opened, new Cursor(1, 3), LONG).events().getFirst();
        assertThat(completed).isInstanceOfSatisfying(TurnCompleted.class, turnEnd -> {
            assertThat(turnEnd.chars()).isEqualTo(5);
            assertThat(turnEnd.model()).isEqualTo("fake-1-mini");
        });
    }

    @Test
    @DisplayName("the first token is stored at once, the following ones in batches with consecutive numbers")
    void batches() throws Exception {
        StreamRef opened = open("run_1");
        Future<TurnResult> turn = generateTurn("run_1");
        FakeGateway.FakeAnswer answer = gateway.nextAnswer();
        for (int i = 0; i < 100; i++) {
            answer.publishTokens("t" + i + " ");
        }
        answer.complete();
        turn.await(5, TimeUnit.SECONDS);
        List<RunBatch> batches = store.batches("run_1");
        assertThat(batches.size()).isLessThan(30);
        long next = 1;
        for (RunBatch batch : batches) {
            assertThat(batch.first()).isEqualTo(next);
            assertThat(batch.writer()).isEqualTo(opened.source());
            next = batch.last().seq() + 1;
        }
        assertThat(next).isEqualTo(103);
    }

    @Test
    @DisplayName("a lost reply of the store neither loses nor repeats a batch")
    void lostReply() throws Exception {
        StreamRef opened = open("run_1");
        Future<TurnResult> turn = generateTurn("run_1");
        store.mode(FakeStore.Mode.LOSING_REPLIES);
        FakeGateway.FakeAnswer answer = gateway.nextAnswer();
        answer.publishTokens("a", "b");
        readUntil(opened, 3);
        store.mode(FakeStore.Mode.UP);
        answer.complete();
        turn.await(5, TimeUnit.SECONDS);
        assertThat(store.batches("run_1").stream()
                        .mapToInt(batch -> batch.events().size())
                        .sum())
                .isEqualTo(4);
    }

    @Test
    @DisplayName("a writer that finds a batch of another writer stops and cancels its provider call")
    void fenced() throws Exception {
        StreamRef opened = open("run_1");
        Future<TurnResult> turn = generateTurn("run_1");
        FakeGateway.FakeAnswer answer = gateway.nextAnswer();
        answer.publishTokens("a");
        readUntil(opened, 2);
        List<RunBatch> stored = store.batches("run_1");
        store.put(
                new RunBatch("run_1", 2, stored.getLast().last().seq() + 1, "journal.other", List.of(token("theirs"))));
        answer.publishTokens("b");
        assertThat(gateway.cancelled()).isEqualTo(answer.request().callId());
        assertThat(turn.await(5, TimeUnit.SECONDS).problem()).isPresent();
    }

    @Test
    @DisplayName(
            "while the store is unavailable, the answer ends with store_unavailable, never with an end that is not stored")
    void storeUnavailable() throws Exception {
        StreamRef opened = open("run_1");
        Future<TurnResult> turn = generateTurn("run_1");
        FakeGateway.FakeAnswer answer = gateway.nextAnswer();
        answer.publishTokens("a", "b");
        readUntil(opened, 3);
        store.mode(FakeStore.Mode.DOWN);
        answer.publishTokens("c").complete();
        List<Event> all = readUntil(opened, 5);
        assertThat(text(all)).isEqualTo("abc");
        assertThat(all.getLast())
                .isInstanceOfSatisfying(
                        Ended.class,
                        ended ->
                                assertThat(ended.problem().orElseThrow().code()).isEqualTo("store_unavailable"));
        assertThat(all).noneMatch(TurnCompleted.class::isInstance);
        assertThat(turn.await(5, TimeUnit.SECONDS).problem()).isPresent();
        store.mode(FakeStore.Mode.UP);
        eventually(() -> assertThat(store.batches("run_1").stream().flatMap(batch -> batch.events().stream()))
                .as("events that readers received are stored once the store is available again")
                .containsExactlyElementsOf(runEvents(all)));
    }

    @Test
    @DisplayName("cancelling a turn cancels the provider call at once and keeps the text so far")
    void cancelTurn() throws Exception {
        StreamRef opened = open("run_1");
        Future<TurnResult> turn = generateTurn("run_1");
        FakeGateway.FakeAnswer answer = gateway.nextAnswer();
        answer.publishTokens("half");
        readUntil(opened, 2);
        bus.request(Addresses.JOURNAL_CANCEL_TURN, new CancelTurn("run_1", "user"))
                .await(5, TimeUnit.SECONDS);
        assertThat(gateway.cancelled()).isEqualTo(answer.request().callId());
        TurnResult result = turn.await(5, TimeUnit.SECONDS);
        assertThat(result.text()).isEqualTo("half");
        assertThat(result.problem()).contains(new Problem.Cancelled("user"));
    }

    @Test
    @DisplayName("the end of a run and its transcript include the cost of a cancelled turn")
    void costOfCancelledTurn() throws Exception {
        open("run_1");
        Future<TurnResult> turn = generateTurn("run_1");
        gateway.nextAnswer().publishTokens("half");
        bus.request(Addresses.JOURNAL_CANCEL_TURN, new CancelTurn("run_1", "user"))
                .await(5, TimeUnit.SECONDS);
        turn.await(5, TimeUnit.SECONDS);
        Usage cost = new Usage(15, 11, 0, 0, 0, true, OptionalLong.of(7));
        bus.request(Addresses.JOURNAL_WRITE, new Write("run_1", List.of(ended(RunStatus.CANCELLED, cost))))
                .await(5, TimeUnit.SECONDS);

        Transcript transcript =
                bus.request(Addresses.JOURNAL_READ, new Read("ann", "run_1")).await(5, TimeUnit.SECONDS);
        assertThat(transcript.usage()).isEqualTo(cost);
    }

    @Test
    @DisplayName("the known cost is kept when the cost of another attempt is unknown")
    void knownCost() throws Exception {
        open("run_1");
        Usage unpriced = new Usage(9, 9, 0, 0, 0, true, OptionalLong.empty());
        Usage priced = new Usage(1, 1, 0, 0, 0, false, OptionalLong.of(70));
        RunEvent discarded = new RunEvent.TurnReset(
                NOW.toEpochMilli(), 0, 2, Speaker.ASSISTANT, "takeover", Optional.empty(), Optional.empty(), unpriced);
        RunEvent result = new TurnCompleted(
                NOW.toEpochMilli(), 0, 2, Speaker.ASSISTANT, 2, FinishReason.STOP, priced, 5, "fake", "fake-1");
        bus.request(Addresses.JOURNAL_WRITE, new Write("run_1", List.of(discarded, result)))
                .await(5, TimeUnit.SECONDS);

        Transcript transcript =
                bus.request(Addresses.JOURNAL_READ, new Read("ann", "run_1")).await(5, TimeUnit.SECONDS);
        assertThat(transcript.usage().costMicros()).isEmpty();
        assertThat(transcript.knownCostMicros()).isEqualTo(70);
    }

    @Test
    @DisplayName("a write after an end that is still being stored is rejected as a conflict")
    void writeAfterEnd() throws Exception {
        open("run_1");
        store.mode(FakeStore.Mode.HOLDING);
        Future<?> end = bus.request(Addresses.JOURNAL_WRITE, new Write("run_1", List.of(ended())));
        assertThatThrownBy(() -> bus.request(
                                Addresses.JOURNAL_WRITE,
                                new Write("run_1", List.of(new RunEvent.Paused(NOW.toEpochMilli(), Optional.empty()))))
                        .await(5, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        rejected -> assertThat(rejected.problem()).isInstanceOf(Problem.Conflict.class));
        store.mode(FakeStore.Mode.UP);
        end.await(5, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("an answer of very many tokens completes; pending work does not grow with them")
    void manyTokens() throws Exception {
        StreamRef opened = open("run_1");
        Future<TurnResult> turn = generateTurn("run_1");
        FakeGateway.FakeAnswer answer = gateway.nextAnswer();
        int tokens = 20_000;
        Cursor seen = follow(opened, Cursor.START, LONG).last();
        for (int i = 0; i < tokens; i++) { // publishes the next token only after the previous one was read
            answer.publishTokens("x");
            seen = follow(opened, seen, LONG).last();
        }
        answer.complete();
        assertThat(turn.await(20, TimeUnit.SECONDS).text()).hasSize(tokens);
    }

    @Test
    @DisplayName("a turn can be cancelled before the provider sends its first token")
    void cancelBeforeFirstToken() throws Exception {
        gateway.openGate(_ -> Future.future(_ -> {}));
        open("run_1");
        generateTurn("run_1");
        Future<String> cancelled = vertx.executeBlocking(gateway::cancelled);
        bus.request(Addresses.JOURNAL_CANCEL_TURN, new CancelTurn("run_1", "user"))
                .await(5, TimeUnit.SECONDS);
        assertThat(cancelled.await(5, TimeUnit.SECONDS)).startsWith("call_");
    }

    @Test
    @DisplayName("an ended run is replayed from the store event by event, and does not exist for another user")
    void replay() throws Exception {
        StreamRef opened = open("run_1");
        Future<TurnResult> turn = generateTurn("run_1");
        gateway.nextAnswer().publishTokens("a", "b").complete();
        turn.await(5, TimeUnit.SECONDS);
        bus.request(Addresses.JOURNAL_WRITE, new Write("run_1", List.of(ended())))
                .await(5, TimeUnit.SECONDS);
        List<Event> live = readUntil(opened, 5);
        assertThat(store.run("run_1").orElseThrow().status()).isEqualTo(RunStatus.COMPLETED);
        eventually(() -> {
            bus.request(Addresses.JOURNAL_ATTACH, new Attach("ann", "run_1", Cursor.START))
                    .await(5, TimeUnit.SECONDS);
            assertThat(store.reads())
                    .as("the journal must have released the log")
                    .isPositive();
        });
        StreamRef replay = bus.request(Addresses.JOURNAL_ATTACH, new Attach("ann", "run_1", new Cursor(1, 2)))
                .await(5, TimeUnit.SECONDS);
        Batch rest = follow(replay, new Cursor(1, 2), LONG);
        assertThat(rest.events()).isEqualTo(live.subList(2, 5));
        assertThat(rest.end()).isTrue();
        assertThatThrownBy(() -> bus.request(Addresses.JOURNAL_ATTACH, new Attach("bob", "run_1", Cursor.START))
                        .await(5, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(new Problem.NotFound()));
    }

    @Test
    @DisplayName("a cursor beyond the log is rejected")
    void futureCursor() throws Exception {
        open("run_1");
        assertThatThrownBy(() -> bus.request(Addresses.JOURNAL_ATTACH, new Attach("ann", "run_1", new Cursor(1, 900)))
                        .await(5, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(400));
    }

    @Test
    @DisplayName("a transcript contains the messages of the log with their authors, without discarded text")
    void transcript() throws Exception {
        open("run_1");
        Future<TurnResult> turn = generateTurn("run_1");
        gateway.nextAnswer().publishTokens("a", "b").complete();
        turn.await(5, TimeUnit.SECONDS);
        Transcript transcript =
                bus.request(Addresses.JOURNAL_READ, new Read("ann", "run_1")).await(5, TimeUnit.SECONDS);
        assertThat(transcript.entries())
                .extracting(entry -> entry.message().content())
                .containsExactly("hi", "ab");
        assertThat(transcript.entries().getLast().reason()).contains(FinishReason.STOP);
        assertThat(transcript.usage().outputTokens()).isEqualTo(2);
        assertThat(transcript.cursor()).isEqualTo(new Cursor(1, 4));
    }

    private StreamRef open(String id) throws Exception {
        return bus.request(Addresses.JOURNAL_OPEN, new OpenLog(run(id), List.of()))
                .await(5, TimeUnit.SECONDS);
    }

    private static Run run(String id) {
        RunSpec.Chat chat = new RunSpec.Chat(
                "sys",
                List.of(ChatMessage.user("hi")),
                ModelSelection.DEFAULT,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                false,
                false);
        return new Run(id, "ann", "ctx_1", RunStatus.RUNNING, chat, new Lease("", 1, NOW), NOW, NOW, 0);
    }

    private Future<TurnResult> generateTurn(String run) {
        return bus.request(Addresses.JOURNAL_GENERATE_TURN, openLog(run));
    }

    private static GenerateTurn openLog(String run) {
        RequestContext requestContext = new RequestContext("req", "ann", Optional.of("ctx_1"), Optional.of(run));
        Prompt prompt = new Prompt(List.of(ChatMessage.user("hi")), GenerationOptions.NONE);
        return new GenerateTurn(requestContext, run, 0, 1, Speaker.ASSISTANT, ModelSelection.DEFAULT, prompt);
    }

    private Batch follow(StreamRef opened, Cursor after, Duration maxWait) throws Exception {
        return bus.request(Addresses.follow(opened.source()), new Follow(opened.streamId(), after, maxWait))
                .await(5, TimeUnit.SECONDS);
    }

    private List<Event> readUntil(StreamRef opened, int count) throws Exception {
        List<Event> all = new ArrayList<>();
        Batch batch = new Batch(Cursor.START, List.of(), false);
        while (all.size() < count) {
            batch = follow(opened, batch.last(), LONG);
            assertThat(batch.events()).as("new events").isNotEmpty();
            all.addAll(batch.events());
        }
        return all;
    }

    private static List<RunEvent> runEvents(List<Event> events) {
        return events.stream().map(RunEvent.class::cast).toList();
    }

    private static String text(List<Event> events) {
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            if (event instanceof Token token) {
                text.append(token.delta());
            } else {
                assertThat(event).isInstanceOfAny(TurnStarted.class, TurnCompleted.class, Ended.class);
            }
        }
        return text.toString();
    }

    private static RunEvent token(String delta) {
        return new Token(NOW.toEpochMilli(), 0, 1, Speaker.ASSISTANT, delta);
    }

    private static RunEvent ended() {
        return ended(RunStatus.COMPLETED, Usage.NONE);
    }

    private static RunEvent ended(RunStatus status, Usage usage) {
        return new Ended(
                NOW.toEpochMilli(),
                status,
                1,
                usage,
                Optional.of(FinishReason.STOP),
                Optional.empty(),
                Optional.empty(),
                Optional.of("fake"),
                Optional.of("fake-1-mini"));
    }
}

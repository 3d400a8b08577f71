package io.parley.orchestrator;

import static io.parley.testing.ConversationHarness.await;
import static io.parley.testing.ConversationHarness.origin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.ChatMessage;
import io.parley.contract.ContextMessage;
import io.parley.contract.Cursor;
import io.parley.contract.FactMessage;
import io.parley.contract.FlowMessage.Extracted;
import io.parley.contract.Message;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.RunMessage.Idempotency;
import io.parley.contract.RunMessage.RunCount;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.ServerMessage;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.parley.testing.ConversationHarness;
import io.parley.testing.FakeStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChatTest {

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
    @DisplayName("a chat starts with the context's prompt, followed by the client's system messages")
    void opening() throws Exception {
        StreamRef run = chat(ChatMessage.system("be brief"), ChatMessage.user("hi"));
        var requested = node.gateway.nextAnswer();
        assertThat(requested.request().prompt().messages())
                .containsExactly(
                        ChatMessage.system("You are an assistant for the user's default context"),
                        ChatMessage.system("be brief"),
                        ChatMessage.user("hi"));
        requested.publishTokens("hello").complete();
        List<RunEvent> all = node.readUntil(run, RunEvent.Ended.class::isInstance);
        assertThat(all.getLast()).isInstanceOfSatisfying(RunEvent.Ended.class, ended -> {
            assertThat(ended.status()).isEqualTo(RunStatus.COMPLETED);
            assertThat(ended.usage().outputTokens()).isEqualTo(2);
            assertThat(ended.provider()).contains("fake");
            assertThat(ended.model()).contains("fake-1-mini");
        });
    }

    @Test
    @DisplayName("start, turns and end of a run are published, also as JSON")
    void facts() throws Exception {
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        BlockingQueue<JsonObject> receivedJson = new LinkedBlockingQueue<>();
        await(node.bus.subscribe(Addresses.RUN_STARTED, received::add));
        await(node.bus.subscribe(Addresses.TURN_COMPLETED, received::add));
        await(node.bus.subscribe(Addresses.RUN_ENDED, received::add));
        node.vertx.eventBus().<JsonObject>consumer("turn.completed.json", fact -> receivedJson.add(fact.body()));
        StreamRef run = chat(ChatMessage.user("hi"));
        node.gateway.nextAnswer().publishTokens("hel", "lo").complete();
        assertThat(received.poll(5, TimeUnit.SECONDS))
                .isEqualTo(new FactMessage.RunStarted(run.streamId(), "ann", "ctx_default", "chat"));
        assertThat(received.poll(5, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        FactMessage.TurnCompleted.class,
                        turn -> assertThat(turn.text()).isEqualTo("hello"));
        assertThat(received.poll(5, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        FactMessage.RunEnded.class,
                        end -> assertThat(end.status()).isEqualTo(RunStatus.COMPLETED));
        assertThat(receivedJson.poll(5, TimeUnit.SECONDS).getString("text")).isEqualTo("hello");
    }

    @Test
    @DisplayName("a failed extraction does not fail the chat")
    void extractionFails() throws Exception {
        await(node.bus.handle(Addresses.FLOW_EXTRACT, _ -> Future.failedFuture(new Problem.Internal().toException())));
        StreamRef run = chat(true, Optional.empty());
        node.gateway.nextAnswer().publishTokens("hello").complete();
        List<RunEvent> all = node.readUntil(run, RunEvent.Ended.class::isInstance);
        assertThat(all.get(all.size() - 2))
                .isInstanceOfSatisfying(
                        RunEvent.FlowsExtracted.class,
                        found -> assertThat(found.ok()).isFalse());
        assertThat(((RunEvent.Ended) all.getLast()).status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    @DisplayName("a stop during the extraction cancels the extraction; the answer stays complete")
    void stopWhileExtracting() throws Exception {
        Promise<Extracted> never = Promise.promise();
        Promise<String> cancelled = Promise.promise();
        Promise<Void> requested = Promise.promise();
        await(node.bus.handle(Addresses.FLOW_EXTRACT, _ -> {
            requested.tryComplete();
            return never.future();
        }));
        await(node.bus.handle(Addresses.FLOW_CANCEL, cancel -> {
            cancelled.tryComplete(cancel.streamId());
            never.tryComplete(new Extracted(false, List.of(), Usage.NONE));
            return Future.succeededFuture(new Ack());
        }));
        StreamRef run = chat(true, Optional.empty());
        node.gateway.nextAnswer().publishTokens("hello").complete();
        await(requested.future());
        assertThat(node.stop(run.streamId()).status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(await(cancelled.future())).startsWith("call_");
    }

    @Test
    @DisplayName("the same idempotency key and body return the same run; another body is rejected")
    void idempotency() throws Exception {
        StreamRef run = chat(false, Optional.of(new Idempotency("k", "d1")));
        assertThat(chat(false, Optional.of(new Idempotency("k", "d1")))).isEqualTo(run);
        assertThatThrownBy(() -> chat(false, Optional.of(new Idempotency("k", "d2"))))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(422));
    }

    @Test
    @DisplayName("a chat whose owner stops before the answer is stored is restarted, with one reset")
    void takeOver() throws Exception {
        StreamRef run = chat(false, Optional.empty());
        node.gateway.nextAnswer().publishTokens("hel");
        node.eventually(() -> stored(run).anyMatch(RunEvent.Token.class::isInstance));
        node.close();
        node = ConversationHarness.start(store, true);
        node.gateway.nextAnswer().publishTokens("hello").complete();
        node.eventually(() -> store.run(run.streamId()).orElseThrow().status() == RunStatus.COMPLETED);
        List<RunEvent> all = node.readUntil(attach(run), RunEvent.Ended.class::isInstance);
        assertThat(all).filteredOn(RunEvent.TurnReset.class::isInstance).hasSize(1);
        assertThat(((RunEvent.Ended) all.getLast()).usage().estimated())
                .as("the usage of the lost attempt is counted")
                .isTrue();
        assertThat(node.transcript(run.streamId()).entries())
                .extracting(entry -> entry.message().content())
                .containsExactly("hi", "hello");
    }

    @Test
    @DisplayName("reasoning that was asked for is in the stored log, and is discarded with its attempt by a takeover")
    void takeOverWhileThinking() throws Exception {
        StreamRef run = thinkingChat();
        node.gateway.nextAnswer().publishThinking("forget", " this");
        node.eventually(() ->
                stored(run).filter(RunEvent.ThinkingToken.class::isInstance).count() == 2);
        assertThat(store.batches(run.streamId()))
                .as("no document of its own for each piece")
                .anySatisfy(batch -> assertThat(batch.events())
                        .filteredOn(RunEvent.ThinkingToken.class::isInstance)
                        .hasSizeGreaterThan(1));
        node.close();
        node = ConversationHarness.start(store, true, true);
        node.gateway
                .nextAnswer()
                .publishThinking("hm")
                .publishTokens("hello")
                .publishThinking("!")
                .complete();
        List<RunEvent> all = node.readUntil(attach(run), RunEvent.Ended.class::isInstance);
        assertThat(all)
                .filteredOn(event -> event instanceof RunEvent.ThinkingToken || event instanceof RunEvent.TurnReset)
                .extracting(event -> event instanceof RunEvent.ThinkingToken thinking
                        ? thinking.attempt() + " " + thinking.delta()
                        : "reset")
                .containsExactly("1 forget", "1  this", "reset", "2 hm", "2 !");
        assertThat(all)
                .filteredOn(RunEvent.TurnReset.class::isInstance)
                .extracting(
                        event -> ((RunEvent.TurnReset) event).discardedUsage().outputTokens())
                .as("estimated from 11 characters")
                .containsExactly(3L);
        assertThat(node.transcript(run.streamId()).entries().getLast()).satisfies(entry -> {
            assertThat(entry.message().content()).isEqualTo("hello");
            assertThat(entry.thinking()).contains("hm!");
        });
    }

    @Test
    @DisplayName("a takeover is retried when the log cannot be read")
    void takeOverUnreadableLog() throws Exception {
        StreamRef run = partlyAnswered();
        store.failReads(2);
        node = ConversationHarness.start(store, true);
        node.gateway.nextAnswer().publishTokens("hello").complete();
        node.eventually(() -> store.run(run.streamId()).orElseThrow().status() == RunStatus.COMPLETED);
    }

    @Test
    @DisplayName("a run is taken over only when an orchestrator is available, and then at once")
    void takeOverEarly() throws Exception {
        StreamRef run = partlyAnswered();
        node = ConversationHarness.startWithoutOrchestrator(store, true);
        Promise<Void> counted = Promise.promise();
        node.vertx.eventBus().addOutboundInterceptor(sending -> {
            if (sending.message().address().equals(Addresses.RUN_COUNT.name())) {
                counted.tryComplete(); // no handler is registered
            }
            sending.next();
        });
        await(counted.future());
        assertThat(stored(run)).noneMatch(RunEvent.TurnReset.class::isInstance);
        node.deployOrchestrator();
        node.gateway.nextAnswer().publishTokens("hello").complete();
        node.eventually(() -> store.run(run.streamId()).orElseThrow().status() == RunStatus.COMPLETED);
        assertThat(stored(run)).filteredOn(RunEvent.TurnReset.class::isInstance).hasSize(1);
    }

    @Test
    @DisplayName("a takeover is retried when the run cannot be resumed")
    void takeOverRejected() throws Exception {
        StreamRef run = partlyAnswered();
        node = ConversationHarness.startWithoutOrchestrator(store, true);
        Promise<Void> rejected = Promise.promise();
        Bus.Subscription rejecting = await(node.bus.handle(Addresses.RUN_RESUME, _ -> {
            rejected.tryComplete();
            return Future.failedFuture(new Problem.Internal().toException());
        }));
        Bus.Subscription counting =
                await(node.bus.handle(Addresses.RUN_COUNT, _ -> Future.succeededFuture(new RunCount(0))));
        await(rejected.future());
        await(rejecting.cancel());
        await(counting.cancel());
        node.deployOrchestrator();
        node.gateway.nextAnswer().publishTokens("hello").complete();
        node.eventually(() -> store.run(run.streamId()).orElseThrow().status() == RunStatus.COMPLETED);
    }

    @Test
    @DisplayName("a rejected chat that the store inserted late is not resumed: it ends with the reported error")
    void insertedLate() throws Exception {
        store.insertGate(Future.failedFuture(
                new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)).toException()));
        assertThatThrownBy(() -> chat(false, Optional.empty()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(503));
        node.gateway.awaitRequests(1);
        String run = store.insertLate();
        node.eventually(() -> store.run(run).orElseThrow().status() == RunStatus.ERROR);
        assertThat(store.batches(run).getLast().events().getLast())
                .isInstanceOfSatisfying(
                        RunEvent.Ended.class,
                        end -> assertThat(end.problem().orElseThrow().code()).isEqualTo("store_unavailable"));
        assertThat(node.gateway.requests()).as("further calls").isZero();
    }

    @Test
    @DisplayName("a shutdown does not wait for a chat that could not be stored")
    void drainWithoutInsert() throws Exception {
        Promise<Void> stored = Promise.promise();
        store.insertGate(stored.future());
        RunSpec.Chat chat = new RunSpec.Chat(
                "",
                List.of(ChatMessage.user("hi")),
                ModelSelection.DEFAULT,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                false,
                false);
        Future<StreamRef> start = node.bus.request(
                Addresses.RUN_START, new StartChat(origin(), ContextMessage.DEFAULT, chat, Optional.empty()));
        node.gateway.awaitRequests(1);
        Future<Ack> drained = node.bus.request(Addresses.RUN_DRAIN, new ServerMessage.Drain(Duration.ofSeconds(30)));
        stored.fail(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1)).toException());
        assertThatThrownBy(() -> await(start)).isInstanceOf(ProblemException.class);
        await(drained);
    }

    @Test
    @DisplayName("a chat whose owner stops after the answer is stored is not answered twice")
    void takeOverAfterAnswer() throws Exception {
        await(node.bus.handle(Addresses.FLOW_EXTRACT, _ -> Future.future(_ -> {})));
        StreamRef run = chat(true, Optional.empty());
        node.gateway.nextAnswer().publishTokens("hello").complete();
        node.readUntil(run, RunEvent.TurnCompleted.class::isInstance);
        node.close();
        node = ConversationHarness.start(store, true);
        node.eventually(() -> store.run(run.streamId()).orElseThrow().status() == RunStatus.COMPLETED);
        List<RunEvent> all = node.readUntil(attach(run), RunEvent.Ended.class::isInstance);
        assertThat(all).noneMatch(RunEvent.TurnReset.class::isInstance);
        assertThat(all).filteredOn(RunEvent.TurnCompleted.class::isInstance).hasSize(1);
    }

    @Test
    @DisplayName("a shutdown rejects new runs, waits, and ends active runs with shutting_down")
    void drain() throws Exception {
        StreamRef run = chat(false, Optional.empty());
        node.gateway.nextAnswer().publishTokens("hel");
        node.readUntil(run, RunEvent.Token.class::isInstance);
        Future<Ack> drained = node.bus.request(Addresses.RUN_DRAIN, new ServerMessage.Drain(Duration.ofMillis(200)));
        assertThatThrownBy(() -> chat(false, Optional.empty()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("shutting_down"));
        List<RunEvent> all = node.readUntil(run, RunEvent.Ended.class::isInstance);
        assertThat(((RunEvent.Ended) all.getLast()).problem().orElseThrow().code())
                .isEqualTo("shutting_down");
        await(drained);
    }

    @Test
    @DisplayName("a chat is not started while the store is unavailable")
    void storeUnavailable() {
        store.mode(FakeStore.Mode.DOWN);
        assertThatThrownBy(() -> chat(false, Optional.empty()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(503));
    }

    /** Starts a chat and stops its owner midway through the answer. */
    private StreamRef partlyAnswered() throws Exception {
        StreamRef run = chat(false, Optional.empty());
        node.gateway.nextAnswer().publishTokens("hel");
        node.eventually(() -> stored(run).anyMatch(RunEvent.Token.class::isInstance));
        node.close();
        return run;
    }

    private StreamRef chat(boolean extract, Optional<Idempotency> key) throws Exception {
        return chat(extract, key, List.of(ChatMessage.user("hi")));
    }

    private StreamRef chat(ChatMessage... messages) throws Exception {
        return chat(false, Optional.empty(), List.of(messages));
    }

    private StreamRef chat(boolean extract, Optional<Idempotency> key, List<ChatMessage> messages) throws Exception {
        RunSpec.Chat chat = new RunSpec.Chat(
                "", messages, ModelSelection.DEFAULT, OptionalDouble.empty(), OptionalInt.empty(), extract, false);
        return await(node.bus.request(Addresses.RUN_START, new StartChat(origin(), ContextMessage.DEFAULT, chat, key)));
    }

    private StreamRef thinkingChat() throws Exception {
        RunSpec.Chat chat = new RunSpec.Chat(
                "",
                List.of(ChatMessage.user("hi")),
                ModelSelection.DEFAULT,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                false,
                false,
                true);
        return await(node.bus.request(
                Addresses.RUN_START, new StartChat(origin(), ContextMessage.DEFAULT, chat, Optional.empty())));
    }

    private StreamRef attach(StreamRef run) throws Exception {
        return await(node.bus.request(Addresses.JOURNAL_ATTACH, new Attach("ann", run.streamId(), Cursor.START)));
    }

    private Stream<RunEvent> stored(StreamRef run) {
        return store.batches(run.streamId()).stream().flatMap(batch -> batch.events().stream());
    }
}

package io.parley.journal;

import static io.parley.testing.ConversationHarness.await;
import static io.parley.testing.ConversationHarness.duo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.contract.Addresses;
import io.parley.contract.Cursor;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Attach;
import io.parley.contract.RunMessage.FullLog;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.ReadLog;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunSpec;
import io.parley.contract.RunSpec.StopRules;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.parley.testing.ConversationHarness;
import io.parley.testing.FakeGateway;
import io.parley.testing.FakeStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CompletedLogWriterTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final RunSpec.Duo DUO = duo(3, StopRules.NONE);

    private final FakeStore store = new FakeStore();
    private ConversationHarness node;

    @BeforeEach
    void start() throws Exception {
        node = ConversationHarness.start(store, true);
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    @DisplayName("a log opened with its end is a finished run, and no instance takes it over")
    void completed() throws Exception {
        List<RunEvent> events = events(2000);
        StreamRef opened = await(node.bus.request(Addresses.JOURNAL_OPEN, new OpenLog(run("run_whole"), events)));
        assertThat(store.run("run_whole").orElseThrow().status()).isEqualTo(RunStatus.BUDGET);
        assertThat(node.readUntil(opened, RunEvent.Ended.class::isInstance)).isEqualTo(events);
        assertThat(node.transcript("run_whole").progress().turn()).isEqualTo(1);
        assertThat(store.batches("run_whole")).hasSizeGreaterThan(3);
        assertThat(store.batches("run_whole"))
                .allSatisfy(batch -> assertThat(batch.events()).hasSizeLessThanOrEqualTo(512));
    }

    @Test
    @DisplayName("a store failure midway leaves no run")
    void storeFails() {
        store.mode(FakeStore.Mode.DOWN);
        assertThatThrownBy(
                        () -> await(node.bus.request(Addresses.JOURNAL_OPEN, new OpenLog(run("run_half"), events(3)))))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failed -> assertThat(failed.problem()).isInstanceOf(Problem.Unavailable.class));
        store.mode(FakeStore.Mode.UP);
        assertThat(store.run("run_half")).isEmpty();
    }

    @Test
    @DisplayName("a log is read with its transcript, both during and after the run, by its owner only")
    void readLog() throws Exception {
        StreamRef run = node.startDuo(DUO);
        FakeGateway.FakeAnswer answer = node.gateway.nextAnswer();
        answer.publishTokens("te", "a");
        node.readUntil(
                run,
                event -> event instanceof RunEvent.Token token && token.delta().equals("a"));
        FullLog running = await(node.bus.request(Addresses.JOURNAL_READ_LOG, new ReadLog("ann", run.streamId())));
        assertThat(running.events()).hasSize(4);
        assertThat(running.transcript().cursor()).isEqualTo(new Cursor(1, 4));
        await(node.bus.request(Addresses.JOURNAL_OPEN, new OpenLog(run("run_over"), events(1))));
        FullLog over = await(node.bus.request(Addresses.JOURNAL_READ_LOG, new ReadLog("ann", "run_over")));
        assertThat(over.events()).isEqualTo(events(1));
        assertThat(over.transcript()).isEqualTo(node.transcript("run_over"));
        for (String id : List.of(run.streamId(), "run_over")) {
            assertThatThrownBy(() -> await(node.bus.request(Addresses.JOURNAL_READ_LOG, new ReadLog("bob", id))))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            failed -> assertThat(failed.problem()).isEqualTo(new Problem.NotFound()));
        }
        assertThatThrownBy(() ->
                        await(node.bus.request(Addresses.JOURNAL_ATTACH, new Attach("bob", "run_over", Cursor.START))))
                .isInstanceOf(ProblemException.class);
    }

    private static Run run(String id) {
        return new Run(id, "ann", "ctx_default", RunStatus.RUNNING, DUO, new Lease("", 1, NOW), NOW, NOW, 0);
    }

    private static List<RunEvent> events(int tokens) {
        List<RunEvent> events = new ArrayList<>();
        events.add(new RunEvent.RunStarted(1, DUO, Optional.empty(), 0));
        events.add(new RunEvent.TurnStarted(2, 0, 1, Speaker.BOT0, "fake", "fake-1"));
        for (int i = 0; i < tokens; i++) {
            events.add(new RunEvent.Token(3, 0, 1, Speaker.BOT0, "x"));
        }
        events.add(new RunEvent.TurnCompleted(
                4, 0, 1, Speaker.BOT0, tokens, FinishReason.STOP, Usage.NONE, 1, "fake", "fake-1"));
        events.add(new RunEvent.Ended(
                5,
                RunStatus.BUDGET,
                1,
                Usage.NONE,
                Optional.empty(),
                Optional.of(new Problem.BudgetExceeded("run")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
        return events;
    }
}

package io.parley.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.RunEvent;
import io.parley.contract.RunEvent.Ended;
import io.parley.contract.RunEvent.Token;
import io.parley.contract.RunEvent.TurnCompleted;
import io.parley.contract.RunEvent.TurnReset;
import io.parley.contract.RunEvent.TurnStarted;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.parley.testing.ConversationHarness;
import io.parley.testing.FakeGateway;
import io.parley.testing.FakeStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Fallback of an answer that breaks midway")
class MidAnswerFallbackTest {

    private static final Problem TRUNCATED = new Problem.ProviderFailed("fake", Fault.TRUNCATED, Optional.empty());
    private static final Usage DISCARDED_USAGE = Usage.reported(3, 1, 0, 0, 0);

    private ConversationHarness node;

    @BeforeEach
    void start() throws Exception {
        node = ConversationHarness.start(new FakeStore(), false);
        node.gateway.openGate(_ -> Future.succeededFuture());
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    @DisplayName("restarts the answer at another provider, and logs the reset")
    void restarts() throws Exception {
        StreamRef run = startDuo();
        node.gateway.nextAnswer().publishTokens("ha", "lf").fail(TRUNCATED);
        FakeGateway.FakeAnswer second = node.gateway.nextAnswer();
        assertThat(second.request().options().excludedProviders()).containsExactly("fake");
        assertThat(second.request().options().attemptsUsed()).isEqualTo(1);
        second.publishTokens("who", "le").complete();
        List<RunEvent> events = node.readUntil(run, RunEvent::terminal);
        assertThat(eventsOf(TurnStarted.class, events))
                .extracting(started -> started.attempt() + " " + started.provider())
                .containsExactly("1 fake", "2 fake2");
        assertThat(eventsOf(Token.class, events))
                .extracting(token -> token.attempt() + " " + token.delta())
                .containsExactly("1 ha", "1 lf", "2 who", "2 le");
        assertThat(eventsOf(TurnReset.class, events)).singleElement().satisfies(reset -> {
            assertThat(reset.attempt()).isEqualTo(2);
            assertThat(reset.speaker()).isEqualTo(Speaker.BOT0);
            assertThat(reset.reason()).isEqualTo("provider_error");
            assertThat(reset.fromProvider()).contains("fake");
            assertThat(reset.toProvider()).contains("fake2");
            assertThat(reset.discardedUsage()).isEqualTo(DISCARDED_USAGE);
        });
        assertThat(eventsOf(TurnCompleted.class, events)).singleElement().satisfies(completed -> {
            assertThat(completed.attempt()).isEqualTo(2);
            assertThat(completed.chars()).isEqualTo(5);
        });
        assertThat(events.indexOf(eventsOf(TurnReset.class, events).getFirst()))
                .isLessThan(events.indexOf(eventsOf(TurnStarted.class, events).getLast()));
    }

    @Test
    @DisplayName("counts the cost of both attempts and keeps the text of the last one only")
    void cost() throws Exception {
        StreamRef run = startDuo();
        node.gateway.nextAnswer().publishTokens("half").fail(TRUNCATED);
        node.gateway.nextAnswer().publishTokens("whole").complete();
        List<RunEvent> events = node.readUntil(run, RunEvent::terminal);
        Usage both = new Usage(6, 3, 0, 0, 0, false, OptionalLong.empty());
        assertThat(eventsOf(RunEvent.UsageCounted.class, events))
                .singleElement()
                .satisfies(counted -> {
                    assertThat(counted.usage()).isEqualTo(both);
                    assertThat(counted.total()).isEqualTo(both);
                });
        assertThat(eventsOf(Ended.class, events).getFirst().usage()).isEqualTo(both);
        assertThat(node.transcript(run.streamId()).usage()).isEqualTo(both);
        assertThat(node.transcript(run.streamId()).entries().getLast().message().content())
                .isEqualTo("whole");
    }

    @Test
    @DisplayName("makes at most three attempts")
    void threeTimes() throws Exception {
        StreamRef run = startDuo();
        node.gateway.nextAnswer().publishTokens("a").fail(TRUNCATED);
        node.gateway.nextAnswer().publishTokens("b").fail(TRUNCATED);
        FakeGateway.FakeAnswer third = node.gateway.nextAnswer();
        assertThat(third.request().options())
                .extracting(CallOptions::attemptsUsed)
                .isEqualTo(2);
        third.publishTokens("c").fail(TRUNCATED);
        List<RunEvent> events = node.readUntil(run, RunEvent::terminal);
        assertThat(eventsOf(TurnReset.class, events))
                .extracting(TurnReset::attempt)
                .containsExactly(2, 3);
        Ended ended = eventsOf(Ended.class, events).getFirst();
        assertThat(ended.status()).isEqualTo(RunStatus.ERROR);
        assertThat(ended.problem()).contains(TRUNCATED);
        assertThat(ended.usage().inputTokens()).isEqualTo(9);
    }

    @Test
    @DisplayName("the answer fails with its partial text when no other provider is available")
    void noOtherProvider() throws Exception {
        node.gateway.openGate(FakeGateway::noFallback);
        StreamRef run = startDuo();
        node.gateway.nextAnswer().publishTokens("half").fail(TRUNCATED);
        List<RunEvent> events = node.readUntil(run, RunEvent::terminal);
        assertThat(eventsOf(TurnReset.class, events)).isEmpty();
        assertThat(eventsOf(Ended.class, events).getFirst().problem()).contains(TRUNCATED);
        assertThat(eventsOf(Ended.class, events).getFirst().usage()).isEqualTo(DISCARDED_USAGE);
        assertThat(node.transcript(run.streamId()).entries().getLast().message().content())
                .isEqualTo("half");
    }

    @Test
    @DisplayName("the answer fails without a retry for a fault that another provider would repeat")
    void notRetryable() throws Exception {
        Problem limit = new Problem.ProviderFailed("fake", Fault.OUTPUT_LIMIT, Optional.empty());
        StreamRef run = startDuo();
        node.gateway.nextAnswer().publishTokens("half").fail(limit);
        List<RunEvent> events = node.readUntil(run, RunEvent::terminal);
        assertThat(eventsOf(Ended.class, events).getFirst().problem()).contains(limit);
    }

    @Test
    @DisplayName("a stopped run is not restarted, and the call that is being opened is cancelled")
    void notAfterStop() throws Exception {
        Promise<Void> opening = Promise.promise();
        node.gateway.openGate(
                open -> open.options().excludedProviders().isEmpty() ? Future.succeededFuture() : opening.future());
        StreamRef run = startDuo();
        FakeGateway.FakeAnswer first = node.gateway.nextAnswer();
        first.publishTokens("half").fail(TRUNCATED);
        node.readUntil(run, Token.class::isInstance);
        node.gateway.awaitRequests(2);
        node.bus.request(Addresses.RUN_STOP, new Stop(ConversationHarness.origin(), run.streamId(), "user"));
        assertThat(node.gateway.cancelled()).isEqualTo(first.request().callId() + "-2");
        opening.fail(new Problem.Cancelled("user").toException());
        List<RunEvent> events = node.readUntil(run, RunEvent::terminal);
        assertThat(eventsOf(TurnReset.class, events)).isEmpty();
        assertThat(eventsOf(Ended.class, events).getFirst().status()).isEqualTo(RunStatus.CANCELLED);
    }

    private StreamRef startDuo() throws Exception {
        return node.startDuo(ConversationHarness.duo(1, RunSpec.StopRules.NONE));
    }

    private static <T extends RunEvent> List<T> eventsOf(Class<T> type, List<RunEvent> events) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}

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
import io.parley.contract.RunStatus;
import io.parley.contract.RunSpec;
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

@DisplayName("An answer that breaks in the middle")
class MidAnswerFallbackTest {

    private static final Problem CUT = new Problem.ProviderFailed("fake", Fault.CUT, Optional.empty());
    private static final Usage LOST = Usage.reported(3, 1, 0, 0, 0);

    private ConversationHarness node;

    @BeforeEach
    void start() throws Exception {
        node = ConversationHarness.start(new FakeStore(), false);
        node.gateway.door(_ -> Future.succeededFuture());
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    @DisplayName("is begun anew elsewhere, and the log says so")
    void anew() throws Exception {
        StreamRef run = talk();
        node.gateway.next().says("ha", "lf").fails(CUT);
        FakeGateway.FakeAnswer second = node.gateway.next();
        assertThat(second.question().terms().broken()).containsExactly("fake");
        assertThat(second.question().terms().calls()).isEqualTo(1);
        second.says("who", "le").ends();
        List<RunEvent> events = node.until(run, RunEvent::terminal);
        assertThat(only(TurnStarted.class, events))
                .extracting(started -> started.attempt() + " " + started.provider())
                .containsExactly("1 fake", "2 fake2");
        assertThat(only(Token.class, events))
                .extracting(token -> token.attempt() + " " + token.delta())
                .containsExactly("1 ha", "1 lf", "2 who", "2 le");
        assertThat(only(TurnReset.class, events)).singleElement().satisfies(reset -> {
            assertThat(reset.attempt()).isEqualTo(2);
            assertThat(reset.speaker()).isEqualTo(Speaker.BOT0);
            assertThat(reset.reason()).isEqualTo("provider_error");
            assertThat(reset.from()).contains("fake");
            assertThat(reset.to()).contains("fake2");
            assertThat(reset.lost()).isEqualTo(LOST);
        });
        assertThat(only(TurnCompleted.class, events)).singleElement().satisfies(completed -> {
            assertThat(completed.attempt()).isEqualTo(2);
            assertThat(completed.chars()).isEqualTo(5);
        });
        assertThat(events.indexOf(only(TurnReset.class, events).getFirst()))
                .isLessThan(events.indexOf(only(TurnStarted.class, events).getLast()));
    }

    @Test
    @DisplayName("costs what both of its attempts have cost, and its text is that of the last one alone")
    void cost() throws Exception {
        StreamRef run = talk();
        node.gateway.next().says("half").fails(CUT);
        node.gateway.next().says("whole").ends();
        List<RunEvent> events = node.until(run, RunEvent::terminal);
        Usage both = new Usage(6, 3, 0, 0, 0, false, OptionalLong.empty());
        assertThat(only(RunEvent.UsageCounted.class, events)).singleElement().satisfies(counted -> {
            assertThat(counted.usage()).isEqualTo(both);
            assertThat(counted.total()).isEqualTo(both);
        });
        assertThat(only(Ended.class, events).getFirst().usage()).isEqualTo(both);
        assertThat(node.transcript(run.streamId()).usage()).isEqualTo(both);
        assertThat(node.transcript(run.streamId()).lines().getLast().said().content())
                .isEqualTo("whole");
    }

    @Test
    @DisplayName("is tried three times at most")
    void threeTimes() throws Exception {
        StreamRef run = talk();
        node.gateway.next().says("a").fails(CUT);
        node.gateway.next().says("b").fails(CUT);
        FakeGateway.FakeAnswer third = node.gateway.next();
        assertThat(third.question().terms()).extracting(CallOptions::calls).isEqualTo(2);
        third.says("c").fails(CUT);
        List<RunEvent> events = node.until(run, RunEvent::terminal);
        assertThat(only(TurnReset.class, events)).extracting(TurnReset::attempt).containsExactly(2, 3);
        Ended ended = only(Ended.class, events).getFirst();
        assertThat(ended.status()).isEqualTo(RunStatus.ERROR);
        assertThat(ended.problem()).contains(CUT);
        assertThat(ended.usage().inputTokens()).isEqualTo(9);
    }

    @Test
    @DisplayName("stays broken, with its text, when nobody else will answer")
    void nobodyElse() throws Exception {
        node.gateway.door(FakeGateway::nobodyElse);
        StreamRef run = talk();
        node.gateway.next().says("half").fails(CUT);
        List<RunEvent> events = node.until(run, RunEvent::terminal);
        assertThat(only(TurnReset.class, events)).isEmpty();
        assertThat(only(Ended.class, events).getFirst().problem()).contains(CUT);
        assertThat(only(Ended.class, events).getFirst().usage()).isEqualTo(LOST);
        assertThat(node.transcript(run.streamId()).lines().getLast().said().content())
                .isEqualTo("half");
    }

    @Test
    @DisplayName("stays broken when another vendor would fare no better")
    void notRetryable() throws Exception {
        Problem limit = new Problem.ProviderFailed("fake", Fault.OUTPUT_LIMIT, Optional.empty());
        StreamRef run = talk();
        node.gateway.next().says("half").fails(limit);
        List<RunEvent> events = node.until(run, RunEvent::terminal);
        assertThat(only(Ended.class, events).getFirst().problem()).contains(limit);
    }

    @Test
    @DisplayName("is not begun anew once it was stopped, and the call that is being opened is let go")
    void stopped() throws Exception {
        Promise<Void> door = Promise.promise();
        node.gateway.door(open -> open.terms().broken().isEmpty() ? Future.succeededFuture() : door.future());
        StreamRef run = talk();
        FakeGateway.FakeAnswer first = node.gateway.next();
        first.says("half").fails(CUT);
        node.until(run, Token.class::isInstance);
        node.gateway.awaitOpening(2);
        node.bus.ask(Addresses.RUN_STOP, new Stop(ConversationHarness.origin(), run.streamId(), "user"));
        assertThat(node.gateway.cancelled()).isEqualTo(first.question().callId() + "-2");
        door.fail(new Problem.Cancelled("user").toException());
        List<RunEvent> events = node.until(run, RunEvent::terminal);
        assertThat(only(TurnReset.class, events)).isEmpty();
        assertThat(only(Ended.class, events).getFirst().status()).isEqualTo(RunStatus.CANCELLED);
    }

    private StreamRef talk() throws Exception {
        return node.talk(ConversationHarness.duo(1, RunSpec.StopRules.NONE));
    }

    private static <T extends RunEvent> List<T> only(Class<T> type, List<RunEvent> events) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}

package io.parley.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.ChatMessage;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GenerationOptions;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.Prompt;
import io.parley.contract.RequestContext;
import io.parley.contract.Usage;
import io.parley.testing.FakeGateway;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Answer session")
class AnswerSessionTest {

    private static final Problem TRUNCATED = new Problem.ProviderFailed("fake", Fault.TRUNCATED, Optional.empty());

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Bus bus = Bus.install(vertx);
    private final FakeGateway gateway = new FakeGateway(vertx);
    private final RecordingListener listener = new RecordingListener();

    @BeforeEach
    void start() throws Exception {
        gateway.start(bus).await(5, TimeUnit.SECONDS);
        gateway.openGate(_ -> Future.succeededFuture());
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(5, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("restarts a broken answer at another provider, and reports the lost usage")
    void restart() throws Exception {
        AnswerSession session = start(1);
        gateway.nextAnswer().publishTokens("ha", "lf").fail(TRUNCATED);
        FakeGateway.FakeAnswer second = gateway.nextAnswer();
        assertThat(second.request().callId()).isEqualTo("call-2");
        assertThat(second.request().options().excludedProviders()).containsExactly("fake");
        second.publishTokens("whole").complete();
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(listener.text()).isEqualTo("1 at fake: half / broken at fake / 2 at fake2: whole / completed");
        assertThat(session.lostUsage()).isEqualTo(Usage.reported(3, 1, 0, 0, 0).plus(Usage.NONE));
    }

    @Test
    @DisplayName("makes at most three attempts, then fails with the last problem and the total usage")
    void threeAttempts() throws Exception {
        AnswerSession session = start(1);
        gateway.nextAnswer().fail(TRUNCATED);
        gateway.nextAnswer().fail(TRUNCATED);
        gateway.nextAnswer().fail(TRUNCATED);
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(listener.failures).containsExactly(TRUNCATED);
        assertThat(listener.usage.inputTokens()).isEqualTo(9);
        gateway.awaitRequests(3);
        assertThat(gateway.requests()).isZero();
    }

    @Test
    @DisplayName("counts attempts that were made earlier")
    void earlierAttempts() throws Exception {
        AnswerSession session = start(3);
        gateway.nextAnswer().fail(TRUNCATED);
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(listener.failures).containsExactly(TRUNCATED);
        gateway.awaitRequests(1);
        assertThat(gateway.requests()).isZero();
    }

    @Test
    @DisplayName("does not restart an answer when its listener cannot")
    void cannotRestart() throws Exception {
        listener.restartable = false;
        AnswerSession session = start(1);
        gateway.nextAnswer().publishTokens("half").fail(TRUNCATED);
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(listener.failures).containsExactly(TRUNCATED);
        gateway.awaitRequests(1);
        assertThat(gateway.requests()).isZero();
    }

    @Test
    @DisplayName("fails with the original problem when no other provider is available")
    void noOtherProvider() throws Exception {
        gateway.openGate(FakeGateway::noFallback);
        AnswerSession session = start(1);
        gateway.nextAnswer().publishTokens("half").fail(TRUNCATED);
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(listener.failures).containsExactly(TRUNCATED);
    }

    @Test
    @DisplayName("fails with the problem of a call that cannot be opened")
    void neverOpened() throws Exception {
        gateway.openGate(_ -> Future.failedFuture(new Problem.NotFound().toException()));
        start(1).done().await(5, TimeUnit.SECONDS);
        assertThat(listener.failures).containsExactly(new Problem.NotFound());
    }

    @Test
    @DisplayName("cancels the call that is being opened, and the answer if it was opened nevertheless")
    void cancelOpening() throws Exception {
        Promise<Void> gate = Promise.promise();
        gateway.openGate(_ -> gate.future());
        AnswerSession session = start(1);
        gateway.awaitRequests(1);
        onContext(session::cancel);
        assertThat(gateway.cancelled()).isEqualTo("call");
        gate.complete(); // opened despite the cancellation
        assertThat(gateway.cancelled()).isEqualTo("call");
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(listener.failures).containsExactly(new Problem.Cancelled("user"));
        assertThat(gateway.requests()).isZero();
    }

    @Test
    @DisplayName("notifies no listener after it was closed, and cancels the provider call")
    void closed() throws Exception {
        AnswerSession session = start(1);
        gateway.nextAnswer().publishTokens("half");
        assertThat(listener.next()).isEqualTo("1 at fake:");
        assertThat(listener.next()).isEqualTo("half");
        onContext(session::close);
        assertThat(gateway.cancelled()).isEqualTo("call");
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(listener.failures).isEmpty();
    }

    @Test
    @DisplayName("reports the reason of an abort to its listener, and cancels the provider call")
    void aborted() throws Exception {
        AnswerSession session = start(1);
        gateway.nextAnswer().publishTokens("half");
        assertThat(listener.next()).isEqualTo("1 at fake:");
        onContext(() -> session.abort(new Problem.Unauthorized()));
        assertThat(gateway.cancelled()).isEqualTo("call");
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(listener.failures).containsExactly(new Problem.Unauthorized());
    }

    @Test
    @DisplayName("cancels the provider call when its listener fails")
    void listenerFails() throws Exception {
        listener.handled = Future.failedFuture("the client has disconnected");
        AnswerSession session = start(1);
        gateway.nextAnswer().publishTokens("half");
        assertThat(gateway.cancelled()).isEqualTo("call");
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(listener.failures).isEmpty();
    }

    private AnswerSession start(int attempt) {
        Prompt prompt = new Prompt(List.of(ChatMessage.user("hi")), GenerationOptions.NONE);
        RequestContext origin = new RequestContext("req", "ann", Optional.empty(), Optional.empty());
        Open open = new Open("call", origin, ModelSelection.DEFAULT, prompt);
        AnswerSession session = new AnswerSession(bus, open, attempt, Duration.ofSeconds(5), listener);
        context.runOnContext(_ -> session.start());
        return session;
    }

    private void onContext(Runnable task) throws Exception {
        Promise<Void> done = Promise.promise();
        context.runOnContext(_ -> {
            task.run();
            done.complete();
        });
        done.future().await(5, TimeUnit.SECONDS);
    }

    /** Records its notifications as text. */
    private static final class RecordingListener implements AnswerSession.Listener {
        private final BlockingQueue<String> notifications = new LinkedBlockingQueue<>();
        private final BlockingQueue<Problem> failures = new LinkedBlockingQueue<>();
        private volatile Usage usage = Usage.NONE;
        private volatile boolean restartable = true;
        private volatile Future<Void> handled = Future.succeededFuture();

        @Override
        public void onOpened(AnswerHandle answer, int attempt) {
            notifications.add(attempt + " at " + answer.provider() + ":");
        }

        @Override
        public Future<Void> onEvents(List<AnswerEvent> events) {
            for (AnswerEvent event : events) {
                switch (event) {
                    case Delta delta -> notifications.add(delta.text());
                    case Completed _ -> notifications.add("/ completed");
                    case AnswerEvent _ -> throw new AssertionError("unexpected event");
                }
            }
            return handled;
        }

        @Override
        public void onIdle() {}

        @Override
        public void onRestart(AnswerHandle broken, Failed failure) {
            notifications.add("/ broken at " + broken.provider() + " /");
        }

        @Override
        public void onFailed(Problem problem, Usage all) {
            usage = all;
            failures.add(problem);
        }

        @Override
        public boolean canRestart() {
            return restartable;
        }

        private String next() throws InterruptedException {
            return Optional.ofNullable(notifications.poll(5, TimeUnit.SECONDS)).orElseThrow();
        }

        private String text() {
            return String.join(" ", notifications).replace("ha lf", "half");
        }
    }
}

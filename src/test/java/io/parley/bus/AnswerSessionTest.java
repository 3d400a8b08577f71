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

@DisplayName("An answer session")
class AnswerSessionTest {

    private static final Problem TRUNCATED = new Problem.ProviderFailed("fake", Fault.TRUNCATED, Optional.empty());

    private final Vertx vertx = Vertx.vertx();
    private final Context home = vertx.getOrCreateContext();
    private final Bus bus = Bus.install(vertx);
    private final FakeGateway gateway = new FakeGateway(vertx);
    private final Heard heard = new Heard();

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
    @DisplayName("restarts a broken answer at another provider, and says what the first has used")
    void restart() throws Exception {
        AnswerSession session = begin(1);
        gateway.nextAnswer().publishTokens("ha", "lf").fail(TRUNCATED);
        FakeGateway.FakeAnswer second = gateway.nextAnswer();
        assertThat(second.request().callId()).isEqualTo("call-2");
        assertThat(second.request().options().excludedProviders()).containsExactly("fake");
        second.publishTokens("whole").complete();
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(heard.text()).isEqualTo("1 at fake: half / broken at fake / 2 at fake2: whole / completed");
        assertThat(session.lostUsage()).isEqualTo(Usage.reported(3, 1, 0, 0, 0).plus(Usage.NONE));
    }

    @Test
    @DisplayName("makes three attempts at most, and fails with the last one's problem and the usage of all")
    void threeAttempts() throws Exception {
        AnswerSession session = begin(1);
        gateway.nextAnswer().fail(TRUNCATED);
        gateway.nextAnswer().fail(TRUNCATED);
        gateway.nextAnswer().fail(TRUNCATED);
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(heard.failures).containsExactly(TRUNCATED);
        assertThat(heard.usage.inputTokens()).isEqualTo(9);
        gateway.awaitRequests(3);
        assertThat(gateway.requests()).isZero();
    }

    @Test
    @DisplayName("counts attempts that were made before")
    void earlierAttempts() throws Exception {
        AnswerSession session = begin(3);
        gateway.nextAnswer().fail(TRUNCATED);
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(heard.failures).containsExactly(TRUNCATED);
        gateway.awaitRequests(1);
        assertThat(gateway.requests()).isZero();
    }

    @Test
    @DisplayName("restarts nothing that its listener cannot take back")
    void cannotRestart() throws Exception {
        heard.restartable = false;
        AnswerSession session = begin(1);
        gateway.nextAnswer().publishTokens("half").fail(TRUNCATED);
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(heard.failures).containsExactly(TRUNCATED);
        gateway.awaitRequests(1);
        assertThat(gateway.requests()).isZero();
    }

    @Test
    @DisplayName("fails with what broke it when no other provider answers")
    void nobodyElse() throws Exception {
        gateway.openGate(FakeGateway::noFallback);
        AnswerSession session = begin(1);
        gateway.nextAnswer().publishTokens("half").fail(TRUNCATED);
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(heard.failures).containsExactly(TRUNCATED);
    }

    @Test
    @DisplayName("fails with the problem of an answer that does not begin")
    void neverOpened() throws Exception {
        gateway.openGate(_ -> Future.failedFuture(new Problem.NotFound().toException()));
        begin(1).done().await(5, TimeUnit.SECONDS);
        assertThat(heard.failures).containsExactly(new Problem.NotFound());
    }

    @Test
    @DisplayName("cancels the call that is being opened, and the answer if it has begun all the same")
    void cancelOpening() throws Exception {
        Promise<Void> door = Promise.promise();
        gateway.openGate(_ -> door.future());
        AnswerSession session = begin(1);
        gateway.awaitRequests(1);
        onHome(session::cancel);
        assertThat(gateway.cancelled()).isEqualTo("call");
        door.complete(); // it has begun all the same
        assertThat(gateway.cancelled()).isEqualTo("call");
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(heard.failures).containsExactly(new Problem.Cancelled("user"));
        assertThat(gateway.requests()).isZero();
    }

    @Test
    @DisplayName("tells a listener nothing more once it was closed, and lets the provider go")
    void closed() throws Exception {
        AnswerSession session = begin(1);
        gateway.nextAnswer().publishTokens("half");
        assertThat(heard.next()).isEqualTo("1 at fake:");
        assertThat(heard.next()).isEqualTo("half");
        onHome(session::close);
        assertThat(gateway.cancelled()).isEqualTo("call");
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(heard.failures).isEmpty();
    }

    @Test
    @DisplayName("tells its listener why it was aborted, and lets the provider go")
    void aborted() throws Exception {
        AnswerSession session = begin(1);
        gateway.nextAnswer().publishTokens("half");
        assertThat(heard.next()).isEqualTo("1 at fake:");
        onHome(() -> session.abort(new Problem.Unauthorized()));
        assertThat(gateway.cancelled()).isEqualTo("call");
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(heard.failures).containsExactly(new Problem.Unauthorized());
    }

    @Test
    @DisplayName("lets the provider go when its listener gives up")
    void listenerGivesUp() throws Exception {
        heard.handled = Future.failedFuture("the client has gone");
        AnswerSession session = begin(1);
        gateway.nextAnswer().publishTokens("half");
        assertThat(gateway.cancelled()).isEqualTo("call");
        session.done().await(5, TimeUnit.SECONDS);
        assertThat(heard.failures).isEmpty();
    }

    private AnswerSession begin(int attempt) {
        Prompt prompt = new Prompt(List.of(ChatMessage.user("hi")), GenerationOptions.NONE);
        RequestContext origin = new RequestContext("req", "ann", Optional.empty(), Optional.empty());
        Open open = new Open("call", origin, ModelSelection.DEFAULT, prompt);
        AnswerSession session = new AnswerSession(bus, open, attempt, Duration.ofSeconds(5), heard);
        home.runOnContext(_ -> session.start());
        return session;
    }

    private void onHome(Runnable task) throws Exception {
        Promise<Void> done = Promise.promise();
        home.runOnContext(_ -> {
            task.run();
            done.complete();
        });
        done.future().await(5, TimeUnit.SECONDS);
    }

    /** Keeps what it hears, as text. */
    private static final class Heard implements AnswerSession.Listener {
        private final BlockingQueue<String> words = new LinkedBlockingQueue<>();
        private final BlockingQueue<Problem> failures = new LinkedBlockingQueue<>();
        private volatile Usage usage = Usage.NONE;
        private volatile boolean restartable = true;
        private volatile Future<Void> handled = Future.succeededFuture();

        @Override
        public void onOpened(AnswerHandle answer, int attempt) {
            words.add(attempt + " at " + answer.provider() + ":");
        }

        @Override
        public Future<Void> onEvents(List<AnswerEvent> events) {
            for (AnswerEvent event : events) {
                switch (event) {
                    case Delta delta -> words.add(delta.text());
                    case Completed _ -> words.add("/ completed");
                    case AnswerEvent.ToolDelta _, Failed _ -> throw new AssertionError("none is expected");
                }
            }
            return handled;
        }

        @Override
        public void onIdle() {}

        @Override
        public void onRestart(AnswerHandle broken, Failed failure) {
            words.add("/ broken at " + broken.provider() + " /");
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
            return Optional.ofNullable(words.poll(5, TimeUnit.SECONDS)).orElseThrow();
        }

        private String text() {
            return String.join(" ", words).replace("ha lf", "half");
        }
    }
}

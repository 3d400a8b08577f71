package io.parley.testing;

import io.parley.bus.Bus;
import io.parley.bus.StreamLog;
import io.parley.bus.StreamRegistry;
import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent;
import io.parley.contract.FinishReason;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Resolved;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Ack;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A gateway without providers: the test takes the role of the model. Events that a test adds to an answer are appended
 * on the gateway's own event loop.
 */
public final class FakeGateway {

    private final Context context;
    private final StreamRegistry streams;
    private final Map<String, FakeAnswer> answers = new ConcurrentHashMap<>();
    private final BlockingQueue<FakeAnswer> openedAnswers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
    private Function<GatewayMessage.Open, Future<Void>> openGate = FakeGateway::noFallback;

    public FakeGateway(Vertx vertx) {
        this.context = vertx.getOrCreateContext();
        this.streams = new StreamRegistry(vertx, "fake.gateway", Duration.ofMinutes(1), System::nanoTime, this::cancel);
    }

    public Future<?> start(Bus bus) {
        return Future.future(done -> context.runOnContext(_ -> streams.start(bus)
                .compose(_ -> bus.handle(
                        Addresses.GATEWAY_RESOLVE, _ -> Future.succeededFuture(new Resolved("fake", "fake-1"))))
                .compose(_ -> bus.handle(Addresses.GATEWAY_OPEN, this::open))
                .compose(_ -> bus.handle(Addresses.GATEWAY_CANCEL, cancel -> {
                    cancelled.add(cancel.streamId());
                    return Future.succeededFuture(new Ack());
                }))
                .<Void>mapEmpty()
                .onComplete(done)));
    }

    /** There is only one provider, so an answer that failed midway is not restarted. */
    public static Future<Void> noFallback(GatewayMessage.Open open) {
        return open.options().excludedProviders().isEmpty()
                ? Future.succeededFuture()
                : Future.failedFuture(
                        new Problem.Unavailable(Problem.Reason.NO_PROVIDER, Duration.ofSeconds(1)).toException());
    }

    /** Sets what happens before an answer opens; a failed future is the failure of the provider. */
    public void openGate(Function<GatewayMessage.Open, Future<Void>> next) {
        openGate = next;
    }

    /** Returns the next answer that was requested. */
    public FakeAnswer nextAnswer() throws InterruptedException {
        FakeAnswer answer = openedAnswers.poll(5, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("no answer was requested");
        }
        return answer;
    }

    /** Returns the id of the next call that was cancelled. */
    public String cancelled() throws InterruptedException {
        String id = cancelled.poll(5, TimeUnit.SECONDS);
        if (id == null) {
            throw new AssertionError("nothing was cancelled");
        }
        return id;
    }

    /** Returns the number of requests that {@link #awaitRequests} has not waited for. */
    public int requests() {
        return requests.size();
    }

    /** Waits until this many answers have been requested, opened or not. */
    public void awaitRequests(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            if (requests.poll(5, TimeUnit.SECONDS) == null) {
                throw new AssertionError("no answer was requested");
            }
        }
    }

    private Future<AnswerHandle> open(GatewayMessage.Open open) {
        requests.add(open.callId());
        return openGate.apply(open).map(_ -> {
            FakeAnswer answer = new FakeAnswer(open, streams.open(open.callId()));
            answers.put(open.callId(), answer);
            openedAnswers.add(answer);
            int excluded = open.options().excludedProviders().size();
            return new AnswerHandle(
                    new StreamRef(open.callId(), streams.source()),
                    excluded == 0 ? "fake" : "fake" + (excluded + 1),
                    "fake-1",
                    open.options().attemptsUsed() + 1,
                    false);
        });
    }

    private void cancel(String id) {
        cancelled.add(id);
        FakeAnswer answer = answers.get(id);
        if (answer != null && !answer.log.ended()) {
            answer.log.publish(List.of(new AnswerEvent.Failed(new Problem.Cancelled("user"), Usage.NONE)));
        }
    }

    /** One answer that a test writes. */
    public final class FakeAnswer {
        private final GatewayMessage.Open request;
        private final StreamLog log;

        private FakeAnswer(GatewayMessage.Open request, StreamLog log) {
            this.request = request;
            this.log = log;
        }

        public GatewayMessage.Open request() {
            return request;
        }

        public FakeAnswer publishTokens(String... deltas) {
            return publish(
                    Stream.of(deltas).<AnswerEvent>map(AnswerEvent.Delta::new).toList());
        }

        public FakeAnswer publishThinking(String... deltas) {
            return publish(Stream.of(deltas)
                    .<AnswerEvent>map(delta -> new AnswerEvent.Thinking(AnswerEvent.ThinkingKind.TEXT, delta))
                    .toList());
        }

        public FakeAnswer complete() {
            return publish(List.of(
                    new AnswerEvent.Completed(FinishReason.STOP, Usage.reported(3, 2, 0, 0, 0), "fake-1-mini")));
        }

        public FakeAnswer fail(Problem problem) {
            return publish(List.of(new AnswerEvent.Failed(problem, Usage.reported(3, 1, 0, 0, 0))));
        }

        private FakeAnswer publish(List<AnswerEvent> events) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            context.runOnContext(_ -> {
                log.publish(events);
                done.complete(null);
            });
            done.orTimeout(5, TimeUnit.SECONDS).join();
            return this;
        }
    }
}

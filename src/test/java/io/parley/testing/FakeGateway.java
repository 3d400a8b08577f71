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

/** A gateway without vendors: tests play the model. What a test tells an answer is appended on the gateway's own event loop. */
public final class FakeGateway {

    private final Context context;
    private final StreamRegistry streams;
    private final Map<String, FakeAnswer> answers = new ConcurrentHashMap<>();
    private final BlockingQueue<FakeAnswer> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
    private Function<GatewayMessage.Open, Future<Void>> door = FakeGateway::nobodyElse;

    public FakeGateway(Vertx vertx) {
        this.context = vertx.getOrCreateContext();
        this.streams = new StreamRegistry(vertx, "fake.gateway", Duration.ofMinutes(1), System::nanoTime, this::cancel);
    }

    public Future<?> start(Bus bus) {
        return Future.future(done -> context.runOnContext(_ -> streams.start(bus)
                .compose(_ ->
                        bus.answer(Addresses.GATEWAY_CHECK, _ -> Future.succeededFuture(new Resolved("fake", "fake-1"))))
                .compose(_ -> bus.answer(Addresses.GATEWAY_OPEN, this::open))
                .compose(_ -> bus.answer(Addresses.GATEWAY_CANCEL, cancel -> {
                    cancelled.add(cancel.streamId());
                    return Future.succeededFuture(new Ack());
                }))
                .<Void>mapEmpty()
                .onComplete(done)));
    }

    /** There is one vendor only: an answer that broke in the middle is not begun anew. */
    public static Future<Void> nobodyElse(GatewayMessage.Open open) {
        return open.terms().broken().isEmpty()
                ? Future.succeededFuture()
                : Future.failedFuture(
                        new Problem.Unavailable(Problem.Reason.NO_PROVIDER, Duration.ofSeconds(1)).toException());
    }

    /** What happens before an answer opens; a failed future is the vendor's failure. */
    public void door(Function<GatewayMessage.Open, Future<Void>> next) {
        door = next;
    }

    /** The next answer that somebody asked for. */
    public FakeAnswer next() throws InterruptedException {
        FakeAnswer answer = opened.poll(5, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("nobody asked for an answer");
        }
        return answer;
    }

    /** The id of the next call that was cancelled. */
    public String cancelled() throws InterruptedException {
        String id = cancelled.poll(5, TimeUnit.SECONDS);
        if (id == null) {
            throw new AssertionError("nothing was cancelled");
        }
        return id;
    }

    /** How many questions {@link #awaitOpening} has not waited for. */
    public int asked() {
        return asked.size();
    }

    /** Wait until somebody has asked for an answer so many times, whether it was opened or not. */
    public void awaitOpening(int times) throws InterruptedException {
        for (int each = 0; each < times; each++) {
            if (asked.poll(5, TimeUnit.SECONDS) == null) {
                throw new AssertionError("nobody asked for an answer");
            }
        }
    }

    private Future<AnswerHandle> open(GatewayMessage.Open open) {
        asked.add(open.callId());
        return door.apply(open).map(_ -> {
            FakeAnswer answer = new FakeAnswer(open, streams.open(open.callId()));
            answers.put(open.callId(), answer);
            opened.add(answer);
            int broken = open.terms().broken().size();
            return new AnswerHandle(
                    new StreamRef(open.callId(), streams.source()),
                    broken == 0 ? "fake" : "fake" + (broken + 1),
                    "fake-1",
                    open.terms().calls() + 1,
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

    /** One answer that a test speaks. */
    public final class FakeAnswer {
        private final GatewayMessage.Open question;
        private final StreamLog log;

        private FakeAnswer(GatewayMessage.Open question, StreamLog log) {
            this.question = question;
            this.log = log;
        }

        public GatewayMessage.Open question() {
            return question;
        }

        public FakeAnswer says(String... deltas) {
            return publish(
                    Stream.of(deltas).<AnswerEvent>map(AnswerEvent.Delta::new).toList());
        }

        public FakeAnswer ends() {
            return publish(List.of(
                    new AnswerEvent.Completed(FinishReason.STOP, Usage.reported(3, 2, 0, 0, 0), "fake-1-mini")));
        }

        public FakeAnswer fails(Problem problem) {
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

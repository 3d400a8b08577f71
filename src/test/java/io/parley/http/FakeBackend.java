package io.parley.http;

import io.parley.bus.Bus;
import io.parley.bus.StreamLog;
import io.parley.contract.Addresses;
import io.parley.contract.Ask;
import io.parley.contract.Cursor;
import io.parley.contract.Message;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.StreamMessage.StreamRef;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** All that is behind the bus, played by one verticle: answers as it was told to, remembers what it was asked, keeps one log. */
final class FakeBackend extends VerticleBase {

    static final String RUN = "run_1";
    static final String SOURCE = "backstage";

    private static final List<Ask<?, ?>> ADDRESSES = List.of(
            Addresses.AUTH_VERIFY,
            Addresses.AUTH_READY,
            Addresses.STORE_PING,
            Addresses.GATEWAY_CHECK,
            Addresses.RUN_START,
            Addresses.RUN_STOP,
            Addresses.JOURNAL_ATTACH,
            Addresses.JOURNAL_READ,
            Addresses.STORE_LIST_RUNS,
            Addresses.STORE_LOAD_RUN,
            Addresses.STORE_DELETE_RUN,
            Addresses.CONTEXT_CREATE,
            Addresses.CONTEXT_LOAD,
            Addresses.CONTEXT_LIST,
            Addresses.CONTEXT_CHANGE,
            Addresses.CONTEXT_DELETE,
            Addresses.FLOW_CREATE,
            Addresses.FLOW_LOAD,
            Addresses.FLOW_LIST,
            Addresses.FLOW_CHANGE,
            Addresses.FLOW_DELETE);

    private final Bus bus;
    private final Map<String, Function<Message, Future<Message>>> answers = new ConcurrentHashMap<>();
    private final BlockingQueue<Message> asked = new LinkedBlockingQueue<>();
    private final Queue<Follow> follows = new ConcurrentLinkedQueue<>();
    private final AtomicInteger events = new AtomicInteger();
    private volatile boolean lost;
    private StreamLog log;

    FakeBackend(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Future<?> start() {
        log = new StreamLog(vertx, new Cursor(1, 0));
        Future<?> started = bus.answer(Addresses.follow(SOURCE), this::follow);
        for (Ask<?, ?> address : ADDRESSES) {
            started = started.compose(_ -> listen(address));
        }
        return started;
    }

    private <Q extends Message, R extends Message> Future<?> listen(Ask<Q, R> address) {
        return bus.answer(address, question -> {
            asked.add(question);
            Function<Message, Future<Message>> answer = answers.get(address.name());
            return answer == null
                    ? Future.failedFuture(new Problem.NotFound().toException())
                    : answer.apply(question).map(address.answer()::cast);
        });
    }

    private Future<Batch> follow(Follow follow) {
        follows.add(follow);
        if (lost) {
            throw new Problem.Unavailable(Problem.Reason.UNREACHABLE, Duration.ofSeconds(1)).toException();
        }
        return log.after(follow.after(), follow.patience())
                .onSuccess(batch -> events.addAndGet(batch.events().size()));
    }

    /** From now on, answer like this. */
    <Q extends Message, R extends Message> FakeBackend on(Ask<Q, R> address, Function<Q, R> answer) {
        answers.put(
                address.name(),
                question ->
                        Future.succeededFuture(answer.apply(address.question().cast(question))));
        return this;
    }

    /** From now on, fail like this. */
    FakeBackend fail(Ask<?, ?> address, Problem problem) {
        answers.put(address.name(), _ -> Future.failedFuture(problem.toException()));
        return this;
    }

    /** From now on, answer with whatever becomes of this. */
    <Q extends Message, R extends Message> FakeBackend later(Ask<Q, R> address, Function<Q, Future<R>> answer) {
        answers.put(
                address.name(),
                question -> answer.apply(address.question().cast(question)).map(each -> each));
        return this;
    }

    /** A chat can be begun, and is the log. */
    FakeBackend opens() {
        return on(Addresses.RUN_START, _ -> new StreamRef(RUN, SOURCE))
                .on(Addresses.JOURNAL_ATTACH, _ -> new StreamRef(RUN, SOURCE));
    }

    /** Put events into the log. */
    FakeBackend say(RunEvent... news) throws Exception {
        Future.<Void>future(done -> context.runOnContext(_ -> {
                    log.publish(List.of(news));
                    done.complete();
                }))
                .await(5, TimeUnit.SECONDS);
        return this;
    }

    /** The log cannot be followed any more. */
    void lose() {
        lost = true;
    }

    /** The next question of this kind. */
    <Q extends Message> Q asked(Class<Q> kind) throws InterruptedException {
        while (true) {
            Message question = asked.poll(10, TimeUnit.SECONDS);
            if (question == null) {
                throw new AssertionError("nobody asked a " + kind.getSimpleName());
            }
            if (kind.isInstance(question)) {
                return kind.cast(question);
            }
        }
    }

    /** Whether a question of this kind is asked before {@code limit} has passed; looks at all others. */
    boolean asks(Class<? extends Message> kind, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Message question = asked.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
        while (question != null && !kind.isInstance(question)) {
            question = asked.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return question != null;
    }

    /** All that was asked and not looked at yet. */
    List<Message> questions() {
        return List.copyOf(asked);
    }

    List<Follow> follows() {
        return List.copyOf(follows);
    }

    /** How many events were handed out. */
    int handedOut() {
        return events.get();
    }
}

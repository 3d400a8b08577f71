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

/** Replaces everything on the bus with one verticle: replies as configured, records requests, has one log. */
public final class FakeBackend extends VerticleBase {

    public static final String RUN = "run_1";
    public static final String SOURCE = "fake.backend";

    private static final List<Ask<?, ?>> ADDRESSES = List.of(
            Addresses.AUTH_VERIFY,
            Addresses.AUTH_READY,
            Addresses.STORE_PING,
            Addresses.GATEWAY_RESOLVE,
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
    private final Map<String, Function<Message, Future<Message>>> handlers = new ConcurrentHashMap<>();
    private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    private final Queue<Follow> follows = new ConcurrentLinkedQueue<>();
    private final AtomicInteger events = new AtomicInteger();
    private volatile boolean streamLost;
    private StreamLog log;

    FakeBackend(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Future<?> start() {
        log = new StreamLog(vertx, new Cursor(1, 0));
        Future<?> started = bus.handle(Addresses.follow(SOURCE), this::follow);
        for (Ask<?, ?> address : ADDRESSES) {
            started = started.compose(_ -> register(address));
        }
        return started;
    }

    private <Q extends Message, R extends Message> Future<?> register(Ask<Q, R> address) {
        return bus.handle(address, request -> {
            received.add(request);
            Function<Message, Future<Message>> handler = handlers.get(address.name());
            return handler == null
                    ? Future.failedFuture(new Problem.NotFound().toException())
                    : handler.apply(request).map(address.replyType()::cast);
        });
    }

    private Future<Batch> follow(Follow follow) {
        follows.add(follow);
        if (streamLost) {
            throw new Problem.Unavailable(Problem.Reason.UNREACHABLE, Duration.ofSeconds(1)).toException();
        }
        return log.readAfter(follow.after(), follow.maxWait())
                .onSuccess(batch -> events.addAndGet(batch.events().size()));
    }

    /** Replies like this from now on. */
    public <Q extends Message, R extends Message> FakeBackend on(Ask<Q, R> address, Function<Q, R> answer) {
        handlers.put(
                address.name(),
                request -> Future.succeededFuture(
                        answer.apply(address.requestType().cast(request))));
        return this;
    }

    /** Fails with this problem from now on. */
    public FakeBackend fail(Ask<?, ?> address, Problem problem) {
        handlers.put(address.name(), _ -> Future.failedFuture(problem.toException()));
        return this;
    }

    /** Replies with the result of this future from now on. */
    public <Q extends Message, R extends Message> FakeBackend onAsync(
            Ask<Q, R> address, Function<Q, Future<R>> answer) {
        handlers.put(
                address.name(),
                request -> answer.apply(address.requestType().cast(request)).map(reply -> reply));
        return this;
    }

    /** Accepts every chat; its log is the log of this backend. */
    public FakeBackend acceptRuns() {
        return on(Addresses.RUN_START, _ -> new StreamRef(RUN, SOURCE))
                .on(Addresses.JOURNAL_ATTACH, _ -> new StreamRef(RUN, SOURCE));
    }

    /** Appends events to the log. */
    public FakeBackend publish(RunEvent... runEvents) throws Exception {
        Future.<Void>future(done -> context.runOnContext(_ -> {
                    log.publish(List.of(runEvents));
                    done.complete();
                }))
                .await(5, TimeUnit.SECONDS);
        return this;
    }

    /** Makes the log impossible to follow from now on. */
    public void loseStream() {
        streamLost = true;
    }

    /** Waits for the next request of this type, and discards others before it. */
    public <Q extends Message> Q received(Class<Q> type) throws InterruptedException {
        while (true) {
            Message request = received.poll(10, TimeUnit.SECONDS);
            if (request == null) {
                throw new AssertionError("no request of type " + type.getSimpleName());
            }
            if (type.isInstance(request)) {
                return type.cast(request);
            }
        }
    }

    /** Returns whether a request of this type comes within {@code limit}; discards others before it. */
    boolean asks(Class<? extends Message> kind, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Message request = received.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
        while (request != null && !kind.isInstance(request)) {
            request = received.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return request != null;
    }

    /** Returns all requests that were not taken yet. */
    public List<Message> requests() {
        return List.copyOf(received);
    }

    public List<Follow> follows() {
        return List.copyOf(follows);
    }

    /** Returns the number of events delivered to readers. */
    int deliveredEvents() {
        return events.get();
    }
}

package io.parley.http;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.GatewayMessage.Answering;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Terms;
import io.parley.contract.Origin;
import io.parley.contract.Problem;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One question on its way through the gateway, and its answer on the way back to one client; an answer that breaks in the middle is
 * begun anew elsewhere when the client can forget what it has heard. Does not know how anything is written.
 */
final class Generation implements OpenStream {

    /** Longer than anything that the gateway does: it has deadlines of its own. */
    private static final Duration OPENING = Duration.ofHours(1);

    /** How much longer than its own patience a producer may take before it counts as gone. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final int MOST_ATTEMPTS = 3;
    private static final long NO_TIMER = -1;

    /** Whoever wants the answer. */
    interface Listener {

        /** Somebody answers. From the second {@code attempt} on, all that was heard before is void. */
        void answering(Answering by, int attempt);

        /** These were said together; the last may be the end. More is asked for when this completes. */
        Future<Void> take(List<AnswerEvent> events);

        /** Nothing has been said for a while. */
        void silence();

        /** There is nothing more to come; {@code usage} is what it has cost. */
        void failed(Problem problem, Usage usage);

        /** Whether what was heard can be taken back. */
        boolean forgets();
    }

    private final Vertx vertx;
    private final Bus bus;
    private final Pace pace;
    private final Origin origin;
    private final String id;
    private final Question question;
    private final Listener listener;
    private final Promise<Void> over = Promise.promise();
    private Terms terms;
    private Optional<Answering> answer = Optional.empty();
    private Usage lost = Usage.NONE;
    private int attempt = 1;
    private long timer = NO_TIMER;
    private boolean ended;

    /** @param id of the first call; those of later attempts are made from it */
    Generation(Vertx vertx, Bus bus, Pace pace, Origin origin, String id, Question question, Listener listener) {
        this.vertx = vertx;
        this.bus = bus;
        this.pace = pace;
        this.origin = origin;
        this.id = id;
        this.question = question;
        this.listener = listener;
        this.terms = question.terms();
    }

    /** Ask. */
    void start() {
        watch(pace.commitAfter());
        open().onSuccess(this::begun).onFailure(cause -> fail(Problem.of(cause), lost));
    }

    /** The client has gone: the vendor is let go at once, in whatever stage it is; the listener is not told. */
    void leave() {
        if (!ended) {
            end();
            letGo();
        }
    }

    @Override
    public void lose(Problem problem) {
        if (!ended) {
            letGo();
            fail(problem, lost);
        }
    }

    @Override
    public Future<Void> over() {
        return over.future();
    }

    private Future<Answering> open() {
        Open open = new Open(callId(), origin, question.choice(), question.prompt(), terms);
        return bus.ask(Addresses.GATEWAY_OPEN, open, OPENING);
    }

    private void begun(Answering by) {
        answer = Optional.of(by);
        quiet();
        if (ended) {
            letGo();
        } else {
            listener.answering(by, attempt);
            next(by, Cursor.START);
        }
    }

    private void next(Answering by, Cursor after) {
        Follow follow = new Follow(by.stream().streamId(), after, pace.heartbeat());
        bus.ask(Addresses.follow(by.stream().source()), follow, pace.heartbeat().plus(GRACE))
                .onSuccess(batch -> hear(by, batch))
                .onFailure(cause -> fail(Problem.of(cause), lost));
    }

    private void hear(Answering by, Batch batch) {
        if (ended) {
            return;
        }
        if (batch.events().isEmpty() && !batch.end()) {
            listener.silence();
            next(by, batch.last());
            return;
        }
        List<AnswerEvent> events = new ArrayList<>(batch.events().size());
        Optional<Failed> broken = Optional.empty();
        for (Event event : batch.events()) {
            if (event instanceof Failed failed) {
                broken = Optional.of(failed);
            } else if (event instanceof AnswerEvent said) {
                events.add(said instanceof Completed completed ? withAllUsage(completed) : said);
            }
        }
        Optional<Failed> why = broken;
        Future<Void> taken = events.isEmpty() ? Future.succeededFuture() : listener.take(events);
        taken.onSuccess(_ -> why.ifPresentOrElse(failed -> broken(by, failed), () -> goOn(by, batch)))
                .onFailure(_ -> leave());
    }

    private void goOn(Answering by, Batch batch) {
        if (batch.end()) {
            end();
        } else if (!ended) {
            next(by, batch.last());
        }
    }

    /** When nobody else will answer, it stays as broken as it is. */
    private void broken(Answering by, Failed failed) {
        if (ended) {
            return;
        }
        lost = lost.plus(failed.usage());
        if (!mayGoOn(failed.problem())) {
            fail(failed.problem(), lost);
            return;
        }
        attempt++;
        terms = terms.after(by);
        answer = Optional.empty();
        watch(pace.heartbeat());
        open().onSuccess(this::begun).onFailure(_ -> fail(failed.problem(), lost));
    }

    private boolean mayGoOn(Problem problem) {
        return problem instanceof Problem.VendorFailed
                && problem.retryable()
                && question.choice().fallback()
                && attempt < MOST_ATTEMPTS
                && listener.forgets();
    }

    /** What broken attempts have cost is part of what the answer has cost. */
    private Completed withAllUsage(Completed completed) {
        return attempt == 1
                ? completed
                : new Completed(completed.reason(), lost.plus(completed.usage()), completed.model());
    }

    private void fail(Problem problem, Usage usage) {
        if (!ended) {
            listener.failed(problem, usage);
            end();
        }
    }

    private void end() {
        ended = true;
        quiet();
        over.tryComplete();
    }

    private void letGo() {
        answer.map(Answering::stream)
                .ifPresentOrElse(
                        log -> bus.ask(Addresses.cancel(log.source()), new Cancel(log.streamId())),
                        () -> bus.ask(Addresses.GATEWAY_CANCEL, new Cancel(callId())));
    }

    private String callId() {
        return attempt == 1 ? id : id + "-" + attempt;
    }

    private void watch(Duration patience) {
        timer = vertx.setTimer(patience.toMillis(), _ -> {
            watch(pace.heartbeat());
            listener.silence();
        });
    }

    private void quiet() {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }
}

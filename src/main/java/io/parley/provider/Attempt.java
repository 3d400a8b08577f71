package io.parley.provider;

import io.parley.bus.StreamLog;
import io.parley.config.ProviderConfig.Timeouts;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.ProviderMessage.Open;
import io.parley.contract.ProviderMessage.RateLimitsReported;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Executes one attempt to generate an answer, from the connection to its single final event. Handles timeouts, but neither HTTP nor JSON. */
final class Attempt implements UpstreamExchange.Listener {

    /** How long to wait for the usage of a complete answer, and then for the end of the response so that its connection can be reused. */
    private static final Duration TAIL = Duration.ofSeconds(2);

    private final AttemptClocks time;
    private final ProviderEndpoint vendor;
    private final ProviderRequest request;
    private final AttemptOutput outlet;
    private final AttemptLogger lines;
    private final AnswerAssembler answer;
    private final StreamDecoder decoder;
    private final UpstreamExchange upstream;
    private final DeadlineTimer watch;
    private final Promise<AttemptOutcome> ended = Promise.promise();
    private final Open open;
    private final Consumer<RateLimitsReported> paced;
    private final long startedAt;
    private boolean flushing;
    private boolean paused;
    private boolean settled;
    private boolean closed;
    private boolean owed;

    /**
     * @param logs opens the log for the first event
     * @param paced receives the rate limits that the provider reports
     */
    Attempt(AttemptClocks time, ProviderEndpoint vendor, Open open, Supplier<StreamLog> logs, Consumer<RateLimitsReported> paced) {
        this.paced = paced;
        this.time = time;
        this.vendor = vendor;
        this.open = open;
        this.outlet = new AttemptOutput(logs, time.nanos());
        this.request = vendor.dialect().request(open.model(), open.prompt());
        open.trace().ifPresent(place -> request.headers().set("traceparent", place.traceparent()));
        this.lines = new AttemptLogger(vendor.config(), open);
        this.answer = new AnswerAssembler(
                vendor.dialect(),
                open.callId(),
                open.model(),
                open.prompt(),
                vendor.config().maxOutput());
        this.decoder = vendor.dialect().decoder(answer::take);
        this.upstream = new UpstreamExchange(vendor.client(), vendor.dialect(), this);
        this.watch = new DeadlineTimer(
                time, timeouts().total(), () -> fail(new AttemptFailure(Fault.STALLED, "longer than any answer may take")));
        this.startedAt = now();
    }

    /** Calls the provider. Completes when the first event is in the log; fails with a problem if there will be none. */
    Future<Void> run() {
        lines.begun();
        within(timeouts().connect(), Fault.UNREACHABLE, "no connection in time");
        upstream.call(request);
        return outlet.opened();
    }

    /** Completes when the answer is complete or has failed, also if no log was opened. */
    Future<AttemptOutcome> ended() {
        return ended.future();
    }

    /** Aborts the call at once. */
    void cancel(String cause) {
        fail(new Problem.Cancelled(cause), "");
    }

    @Override
    public void connected() {
        owed = true; // the vendor may count what it was sent, whether or not it comes to answer
        within(timeouts().headers(), Fault.SILENT, "no headers in time");
    }

    @Override
    public void headed(MultiMap headers) {
        RateLimitHeaders.in(vendor.config().name(), headers, time.wall().instant()).ifPresent(paced);
    }

    @Override
    public void accepted() {
        within(timeouts().firstToken(), Fault.SILENT, "no first token in time");
    }

    @Override
    public void read(byte[] bytes) {
        if (settled) {
            return;
        }
        long before = answer.pieces();
        boolean wasWhole = answer.whole();
        try {
            decoder.feed(bytes);
        } catch (ProtocolException garbled) {
            garbled(garbled);
            return;
        }
        if (answer.failure().isPresent()) {
            fail(answer.failure().get());
        } else if (answer.over()) {
            complete();
        } else if (answer.pieces() > before || answer.whole() != wasWhole) {
            awaitNext();
        }
        flushSoon();
    }

    @Override
    public void finished() {
        try {
            decoder.end();
        } catch (ProtocolException half) {
            // what stands behind the last line end was no line yet
        }
        if (!settled && answer.failure().isPresent()) {
            fail(answer.failure().get());
        } else {
            cut();
        }
    }

    @Override
    public void cut() {
        watch.stop();
        closed = true;
        if (!settled && answer.whole()) {
            complete();
        } else {
            fail(new AttemptFailure(Fault.CUT, "it ended without its end mark"));
        }
    }

    @Override
    public void refusing(Runnable enough) {
        watch.within(timeouts().headers(), enough);
    }

    @Override
    public void refused(int status, MultiMap headers, String body) {
        owed = false;
        fail(vendor.dialect().failure(status, headers, body, time.wall().instant()));
    }

    @Override
    public void unreachable(Throwable cause) {
        fail(new AttemptFailure(Fault.UNREACHABLE, cause.getClass().getSimpleName()));
    }

    @Override
    public void garbled(ProtocolException how) {
        fail(new AttemptFailure(Fault.PROTOCOL, how.what()));
    }

    private Timeouts timeouts() {
        return vendor.config().timeouts();
    }

    private void awaitNext() {
        if (answer.whole()) {
            watch.whole();
            watch.within(TAIL, this::complete);
        } else {
            within(timeouts().betweenTokens(), Fault.STALLED, "no next token in time");
        }
    }

    private void within(Duration patience, Fault fault, String words) {
        watch.within(patience, () -> fail(new AttemptFailure(fault, words)));
    }

    /** Publishes all events from one read of the socket together. */
    private void flushSoon() {
        if (!flushing && answer.hasNews()) {
            flushing = true;
            time.vertx().runOnContext(_ -> flush());
        }
    }

    private void flush() {
        flushing = false;
        if (!settled && answer.hasNews()) {
            outlet.show(answer.drain());
            if (!paused && outlet.crowded()) {
                paused = true;
                upstream.pause();
                watch.within(timeouts().total(), () -> {}); // it is not the vendor that is slow
                outlet.drained().onSuccess(_ -> goOn());
            }
        }
    }

    private void goOn() {
        paused = false;
        if (!settled) {
            awaitNext();
            upstream.resume();
        }
    }

    private void complete() {
        Completed whole = answer.complete();
        Completed end = new Completed(whole.reason(), priced(whole.usage()), whole.model());
        settle(end);
        lines.completed(end, outlet.firstAfter(startedAt).orElse(Duration.ZERO), since(startedAt));
        if (!closed) {
            upstream.resume();
            watch.whole();
            watch.within(TAIL, upstream::hangUp); // the connection is used again if the response ends as well
        }
    }

    private void fail(AttemptFailure failure) {
        fail(failure.of(vendor.config().name()), failure.words());
    }

    private void fail(Problem problem, String words) {
        if (settled) {
            return;
        }
        Failed end = new Failed(problem, priced(owed ? answer.usage() : Usage.NONE));
        lines.failed(problem, words, end.usage(), since(startedAt));
        if (!outlet.isOpen() && !answer.hasNews()) {
            settled = true;
            ended.complete(outcome(end));
            outlet.refuse(problem);
        } else {
            settle(end);
        }
        watch.stop();
        upstream.hangUp();
    }

    private void settle(AnswerEvent end) {
        settled = true;
        List<AnswerEvent> events = new ArrayList<>(answer.drain());
        events.add(end);
        outlet.show(events);
        ended.complete(outcome(end));
    }

    private Usage priced(Usage usage) {
        return open.price().map(price -> price.on(usage)).orElse(usage);
    }

    private AttemptOutcome outcome(AnswerEvent end) {
        return new AttemptOutcome(end, outlet.firstAfter(startedAt), since(startedAt));
    }

    private Duration since(long then) {
        return Duration.ofNanos(now() - then);
    }

    private long now() {
        return time.nanos().getAsLong();
    }
}

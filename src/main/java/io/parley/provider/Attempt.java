package io.parley.provider;

import io.parley.bus.StreamLog;
import io.parley.config.VendorConfig.Timeouts;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.ProviderMessage.Open;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One attempt to have a prompt answered, from the connection to its one terminal event. Knows time, but neither HTTP nor JSON. */
final class Attempt implements Upstream.Listener {

    /** Events that nobody has read yet, beyond which the vendor is not listened to. */
    private static final int MOST_UNREAD = 1024;

    /** How long the usage of a whole answer, and then the connection's reuse, is worth waiting for. */
    private static final Duration TAIL = Duration.ofSeconds(2);

    private final Time time;
    private final Vendor vendor;
    private final Supplier<StreamLog> logs;
    private final VendorRequest request;
    private final CallLog lines;
    private final Answer answer;
    private final Decoder decoder;
    private final Upstream upstream;
    private final Watch watch;
    private final Promise<Void> begun = Promise.promise();
    private final Promise<Outcome> ended = Promise.promise();
    private final Open open;
    private final long startedAt;
    private long begunAt;
    private Runnable late = () -> {};
    private @Nullable StreamLog log;
    private boolean flushing;
    private boolean paused;
    private boolean settled;
    private boolean hungUp;
    private boolean owed;

    /** @param logs opens the log when there is something to put in */
    Attempt(Time time, Vendor vendor, Open open, Supplier<StreamLog> logs) {
        this.time = time;
        this.vendor = vendor;
        this.logs = logs;
        this.open = open;
        this.request = vendor.dialect().request(open.model(), open.prompt());
        this.lines = new CallLog(vendor.config(), open);
        this.answer = new Answer(
                vendor.dialect(), open.model(), open.prompt(), vendor.config().maxOutput());
        this.decoder = vendor.dialect().decoder(answer::take);
        this.upstream = new Upstream(vendor.client(), vendor.dialect(), this);
        this.watch = new Watch(time, this::late);
        this.startedAt = now();
    }

    /** Call the vendor. Completes when the first real event is in the log; fails with a problem if there will be none. */
    Future<Void> run() {
        lines.begun();
        within(timeouts().connect(), Fault.UNREACHABLE, "no connection in time");
        upstream.call(request);
        return begun.future();
    }

    /** Completes when the answer is whole or has failed, also when there never was a log. */
    Future<Outcome> ended() {
        return ended.future();
    }

    /** Let go of the vendor at once. */
    void cancel(String cause) {
        fail(new Problem.Cancelled(cause), "");
    }

    @Override
    public void connected() {
        owed = true; // the vendor may count what it was sent, whether or not it comes to answer
        within(timeouts().headers(), Fault.SILENT, "no headers in time");
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
        try {
            decoder.feed(bytes);
        } catch (Garbled garbled) {
            garbled(garbled);
            return;
        }
        if (answer.failure().isPresent()) {
            fail(answer.failure().get());
        } else if (answer.over()) {
            complete();
        } else if (answer.whole() || answer.pieces() > before) {
            awaitNext();
        }
        flushSoon();
    }

    @Override
    public void finished() {
        try {
            decoder.end();
        } catch (Garbled half) {
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
        hungUp = true;
        if (!settled && answer.whole()) {
            complete();
        } else {
            fail(new Failure(Fault.CUT, "it ended without its end mark"));
        }
    }

    @Override
    public void refusing(Runnable enough) {
        within(timeouts().headers(), enough);
    }

    @Override
    public void refused(int status, MultiMap headers, String body) {
        owed = false;
        fail(vendor.dialect().failure(status, headers, body, time.wall().instant()));
    }

    @Override
    public void unreachable(Throwable cause) {
        fail(new Failure(Fault.UNREACHABLE, cause.getClass().getSimpleName()));
    }

    @Override
    public void garbled(Garbled how) {
        fail(new Failure(Fault.PROTOCOL, how.what()));
    }

    private Timeouts timeouts() {
        return vendor.config().timeouts();
    }

    private void awaitNext() {
        if (answer.whole()) {
            within(TAIL, this::complete);
        } else {
            within(timeouts().betweenTokens(), Fault.STALLED, "no next token in time");
        }
    }

    private void within(Duration patience, Fault fault, String words) {
        within(patience, () -> fail(new Failure(fault, words)));
    }

    /** From now on, {@code otherwise} happens when {@code patience} is over and nothing else was awaited in the meantime. */
    private void within(Duration patience, Runnable otherwise) {
        long at = now() + patience.toNanos();
        late = otherwise;
        watch.until(settled || at - latest() < 0 ? at : latest());
    }

    private void late() {
        if (!settled && now() - latest() >= 0) {
            fail(new Failure(Fault.STALLED, "longer than any answer may take"));
        } else {
            late.run();
        }
    }

    private long latest() {
        return startedAt + timeouts().total().toNanos();
    }

    /** What one read of the socket brings comes in pieces; they are shown together when it has been read. */
    private void flushSoon() {
        if (!flushing && answer.hasNews()) {
            flushing = true;
            time.vertx().runOnContext(_ -> flush());
        }
    }

    private void flush() {
        flushing = false;
        if (!settled && answer.hasNews()) {
            StreamLog shown = log();
            shown.publish(answer.drain());
            if (!paused && shown.unread() > MOST_UNREAD) {
                paused = true;
                upstream.pause();
                within(timeouts().total(), () -> {}); // it is not the vendor that is slow
                shown.drained(MOST_UNREAD / 2).onSuccess(_ -> goOn());
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
        lines.completed(end, Duration.ofNanos(begunAt - startedAt), since(startedAt));
        if (!hungUp) {
            upstream.resume();
            within(TAIL, upstream::hangUp); // the connection is used again if the response ends as well
        }
    }

    private void fail(Failure failure) {
        fail(failure.of(vendor.config().name()), failure.words());
    }

    private void fail(Problem problem, String words) {
        if (settled) {
            return;
        }
        Failed end = new Failed(problem, priced(owed ? answer.usage() : Usage.NONE));
        lines.failed(problem, words, end.usage(), since(startedAt));
        if (log == null && !answer.hasNews()) {
            settled = true;
            ended.complete(outcome(end));
            begun.fail(problem.toException());
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
        log().publish(events);
        ended.complete(outcome(end));
    }

    private Usage priced(Usage usage) {
        return open.price().map(price -> price.on(usage)).orElse(usage);
    }

    private Outcome outcome(AnswerEvent end) {
        return new Outcome(
                end,
                log == null ? Optional.empty() : Optional.of(Duration.ofNanos(begunAt - startedAt)),
                since(startedAt));
    }

    private StreamLog log() {
        if (log == null) {
            log = logs.get();
            begunAt = now();
            begun.complete();
        }
        return log;
    }

    private Duration since(long then) {
        return Duration.ofNanos(now() - then);
    }

    private long now() {
        return time.nanos().getAsLong();
    }
}

package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.StreamLog;
import io.parley.config.JournalConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Speak;
import io.parley.contract.RunMessage.Spoken;
import io.parley.contract.RunStatus;
import io.parley.contract.StoreMessage.ReplaceRun;
import io.parley.contract.StoreMessage.Replaced;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A run whose log this journal writes: its document, its log, its scribe, and whoever speaks. */
final class LiveRun implements Scribe.Ending {

    private final Bus bus;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final RunLog log;
    private final Scribe scribe;
    private final Runnable lost;
    private Run run;
    private Optional<Speech> speech = Optional.empty();
    private Usage usage = Usage.NONE;
    private int turns;
    private boolean settled;
    private long asked;

    /** @param lost is told when another journal owns the run */
    LiveRun(
            Vertx vertx,
            Bus bus,
            JournalConfig config,
            InstantSource clock,
            LongSupplier nanos,
            Run run,
            RunLog log,
            Runnable lost) {
        this.bus = bus;
        this.clock = clock;
        this.nanos = nanos;
        this.run = run;
        this.log = log;
        this.lost = lost;
        this.asked = nanos.getAsLong();
        StreamLog current = log.current();
        this.scribe = new Scribe(vertx, bus, config, run.id(), run.lease().owner(), current, this);
    }

    Run run() {
        return run;
    }

    RunLog log() {
        return log;
    }

    Future<Batch> follow(Follow follow) {
        asked = nanos.getAsLong();
        return log.after(follow.after(), follow.patience()).onSuccess(_ -> asked = nanos.getAsLong());
    }

    Future<Spoken> speak(Speak speak, String callId) {
        Speech next = new Speech(bus, scribe, clock, speak, callId, 1);
        speech = Optional.of(next);
        return next.speak().onSuccess(spoken -> {
            speech = Optional.empty();
            usage = usage.plus(spoken.usage());
            turns += spoken.problem().isEmpty() ? 1 : 0;
        });
    }

    void hush(String cause) {
        speech.ifPresent(speaking -> speaking.cancel(cause));
    }

    Future<Void> write(List<RunEvent> events) {
        return scribe.append(events);
    }

    /** Whether nobody has read for {@code duration}. */
    boolean unreadFor(Duration duration) {
        return log.readers() == 0 && nanos.getAsLong() - asked > duration.toNanos();
    }

    /** Whether the end is stored, and seen by whoever reads. */
    boolean settled() {
        return settled;
    }

    /** Write nothing more. */
    void close() {
        hush("shutdown");
        scribe.close();
    }

    @Override
    public Future<?> settle(RunEvent.Ended ended) {
        Run done = run.with(ended.status(), clock.instant());
        return bus.ask(Addresses.STORE_REPLACE_RUN, new ReplaceRun(done))
                .compose(replaced -> adopt(done, replaced))
                .onComplete(_ -> settled = true);
    }

    private Future<?> adopt(Run wanted, Replaced replaced) {
        run = replaced.current();
        boolean mine = run.lease().epoch() == wanted.lease().epoch();
        return replaced.applied() || !mine || run.status().ended()
                ? Future.succeededFuture()
                : bus.ask(Addresses.STORE_REPLACE_RUN, new ReplaceRun(run.with(wanted.status(), wanted.updatedAt())));
    }

    @Override
    public RunEvent.Ended giveUp() {
        hush("store");
        return new RunEvent.Ended(
                clock.millis(),
                RunStatus.ERROR,
                turns,
                usage,
                Optional.empty(),
                Optional.of(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public void lost() {
        hush("lost");
        lost.run();
    }
}

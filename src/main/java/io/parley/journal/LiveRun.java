package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.StreamLog;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.RunStatus;
import io.parley.contract.StoreMessage.Append;
import io.parley.contract.StoreMessage.ReplaceRun;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Holds a run whose log this instance writes: its document, log, log writer and turn in progress. */
final class LiveRun implements LogWriter.Listener {

    private final Bus bus;
    private final InstantSource clock;
    private final RunFacts facts;
    private final RunLog log;
    private final LogWriter writer;
    private final Future<?> stored;
    private final Consumer<LiveRun> onLeaseLost;
    private final boolean keepThinking;
    private Run run;
    private Optional<TurnGeneration> generation = Optional.empty();
    private Optional<StartedTurn> startedTurn = Optional.empty();
    private boolean endStored;
    private boolean abandoned;

    /**
     * @param stored completes when the run document is stored; no event is stored before
     * @param onLeaseLost receives this run when another instance owns it
     */
    LiveRun(LogContext context, Run run, RunLog log, Future<?> stored, Consumer<LiveRun> onLeaseLost) {
        this.bus = context.bus();
        this.clock = context.clocks().wall();
        this.facts = new RunFacts(bus);
        this.run = run;
        this.log = log;
        this.stored = stored;
        this.onLeaseLost = onLeaseLost;
        this.keepThinking = context.keepThinking();
        StreamLog current = log.current();
        this.writer = new LogWriter(
                context.timers(),
                batch -> stored.compose(_ -> bus.request(
                        Addresses.STORE_APPEND,
                        new Append(batch),
                        context.config().storeTimeout())),
                context.config(),
                run.id(),
                run.lease().owner(),
                current,
                this);
    }

    Run run() {
        return run;
    }

    RunLog log() {
        return log;
    }

    /** Completes when the run document is stored. */
    Future<?> stored() {
        return stored;
    }

    /** Starts a turn before it is {@link #generateTurn requested}. */
    void startTurn(GenerateTurn request, String callId) {
        startedTurn = Optional.of(new StartedTurn(request, startGeneration(request, callId)));
    }

    /** Generates a turn, or joins the equal turn that was started before. */
    Future<TurnResult> generateTurn(GenerateTurn request, String callId) {
        Optional<StartedTurn> started = startedTurn.filter(turn -> turn.request.equals(request));
        startedTurn = Optional.empty();
        return started.map(StartedTurn::result).orElseGet(() -> startGeneration(request, callId));
    }

    private Future<TurnResult> startGeneration(GenerateTurn request, String callId) {
        TurnThinking thinking = new TurnThinking(run.spec(), keepThinking);
        TurnGeneration next = new TurnGeneration(bus, writer, clock, request, callId, thinking);
        generation = Optional.of(next);
        return next.generate()
                .onComplete(_ -> generation = Optional.empty())
                .onSuccess(result -> facts.publishTurn(run, request, result));
    }

    void cancelTurn(String cause) {
        generation.ifPresent(current -> current.cancel(cause));
    }

    /** Updates the run document of a log that has already ended. */
    Future<Void> markEnded() {
        return updateStatus(transcript().run().status()).onComplete(_ -> endStored = true);
    }

    Future<Void> write(List<RunEvent> events) {
        return writer.append(events);
    }

    /** The transcript of all events that readers can see. */
    Transcript transcript() {
        return TranscriptBuilder.of(run, log.events(), log.highWatermark());
    }

    /** Whether no reader has requested events of the log for {@code duration}. */
    boolean unreadFor(Duration duration) {
        return log.unreadFor(duration);
    }

    /** Whether the end of the log is stored. */
    boolean endStored() {
        return endStored;
    }

    /** Marks the run as abandoned; returns false if it was already marked. */
    boolean markAbandoned() {
        boolean first = !abandoned;
        abandoned = true;
        return first;
    }

    /** Cancels the turn in progress and stops writing. */
    void close() {
        cancelTurn("shutdown");
        writer.close();
    }

    @Override
    public Future<?> onEndStored(RunEvent.Ended ended) {
        return updateStatus(ended.status()).onComplete(_ -> {
            endStored = true;
            facts.publishEnd(run, ended);
        });
    }

    /** Writes the status to the document. Retries if a lease renewal has changed the document meanwhile. */
    private Future<Void> updateStatus(RunStatus status) {
        int epoch = run.lease().epoch();
        return bus.request(Addresses.STORE_REPLACE_RUN, new ReplaceRun(run.with(status, clock.instant())))
                .compose(replaced -> {
                    run = replaced.current();
                    boolean retry = !replaced.applied()
                            && run.lease().epoch() == epoch
                            && !run.status().ended();
                    return retry ? updateStatus(status) : Future.succeededFuture();
                });
    }

    @Override
    public RunEvent.Ended storeUnavailableEnd() {
        cancelTurn("store");
        Transcript current = transcript();
        return new RunEvent.Ended(
                clock.millis(),
                RunStatus.ERROR,
                current.progress().turn(),
                current.usage(),
                Optional.empty(),
                Optional.of(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public void onLeaseLost() {
        cancelTurn("lost");
        onLeaseLost.accept(this);
    }

    /** A turn that was started before its request. */
    private record StartedTurn(GenerateTurn request, Future<TurnResult> result) {}
}

package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.bus.StreamLog;
import io.parley.contract.Addresses;
import io.parley.contract.FactMessage;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunStatus;
import io.parley.contract.StoreMessage.Append;
import io.parley.contract.StoreMessage.ReplaceRun;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A run whose log this journal writes: its document, its log, its scribe, and whoever speaks. */
final class LiveRun implements LogWriter.Listener {

    private final Bus bus;
    private final InstantSource clock;
    private final RunLog log;
    private final LogWriter scribe;
    private final Future<?> stored;
    private final Consumer<LiveRun> lost;
    private Run run;
    private Optional<TurnGeneration> speech = Optional.empty();
    private Optional<StartedTurn> begun = Optional.empty();
    private boolean settled;
    private boolean abandoned;

    /**
     * @param stored completes when the store has the run's document; not before then is anything else of it stored
     * @param lost is told when another journal owns the run
     */
    LiveRun(LogContext context, Run run, RunLog log, Future<?> stored, Consumer<LiveRun> lost) {
        this.bus = context.bus();
        this.clock = context.clocks().wall();
        this.run = run;
        this.log = log;
        this.stored = stored;
        this.lost = lost;
        StreamLog current = log.current();
        this.scribe = new LogWriter(
                context.timers(),
                batch -> stored.compose(_ -> bus.ask(
                        Addresses.STORE_APPEND,
                        new Append(batch),
                        context.config().storePatience())),
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

    /** Completes when the store knows of the run. */
    Future<?> stored() {
        return stored;
    }

    /** Begin a turn that somebody will {@link #speak ask} for. */
    void begin(GenerateTurn speak, String callId) {
        begun = Optional.of(new StartedTurn(speak, open(speak, callId)));
    }

    /** Speak a turn; one that was begun already is not begun again. */
    Future<TurnResult> speak(GenerateTurn speak, String callId) {
        Optional<StartedTurn> before = begun.filter(turn -> turn.speak.equals(speak));
        begun = Optional.empty();
        return before.map(StartedTurn::spoken).orElseGet(() -> open(speak, callId));
    }

    private Future<TurnResult> open(GenerateTurn speak, String callId) {
        TurnGeneration next = new TurnGeneration(bus, scribe, clock, speak, callId);
        speech = Optional.of(next);
        return next.speak().onComplete(_ -> speech = Optional.empty()).onSuccess(spoken -> tell(speak, spoken));
    }

    private void tell(GenerateTurn speak, TurnResult spoken) {
        if (spoken.problem().isEmpty()) {
            bus.tell(
                    Addresses.TURN_COMPLETED,
                    new FactMessage.TurnCompleted(
                            run.id(),
                            run.owner(),
                            run.contextId(),
                            speak.turn(),
                            speak.speaker(),
                            spoken.text(),
                            spoken.reason(),
                            spoken.usage(),
                            spoken.provider(),
                            spoken.model()));
        }
    }

    void hush(String cause) {
        speech.ifPresent(speaking -> speaking.cancel(cause));
    }

    /** The log has its end already; only the document does not know. */
    Future<Void> settle() {
        return mark(transcript().run().status()).onComplete(_ -> settled = true);
    }

    Future<Void> write(List<RunEvent> events) {
        return scribe.append(events);
    }

    /** What was said so far, as far as readers can see. */
    Transcript transcript() {
        return TranscriptBuilder.of(run, log.events(), log.visible());
    }

    /** Whether nobody has read for {@code duration}. */
    boolean unreadFor(Duration duration) {
        return log.unreadFor(duration);
    }

    /** Whether the end is stored, and seen by whoever reads. */
    boolean settled() {
        return settled;
    }

    /** Give it up; whether it was not yet. */
    boolean abandon() {
        boolean first = !abandoned;
        abandoned = true;
        return first;
    }

    /** Write nothing more. */
    void close() {
        hush("shutdown");
        scribe.close();
    }

    @Override
    public Future<?> settle(RunEvent.Ended ended) {
        return mark(ended.status()).onComplete(_ -> {
            settled = true;
            bus.tell(
                    Addresses.RUN_ENDED,
                    new FactMessage.RunEnded(
                            run.id(),
                            run.owner(),
                            run.contextId(),
                            ended.status(),
                            ended.turns(),
                            ended.usage(),
                            ended.problem().map(Problem::code)));
        });
    }

    /** Write the status into the document; renewals of the lease may have changed it in the meantime. */
    private Future<Void> mark(RunStatus status) {
        int epoch = run.lease().epoch();
        return bus.ask(Addresses.STORE_REPLACE_RUN, new ReplaceRun(run.with(status, clock.instant())))
                .compose(replaced -> {
                    run = replaced.current();
                    boolean again = !replaced.applied()
                            && run.lease().epoch() == epoch
                            && !run.status().ended();
                    return again ? mark(status) : Future.succeededFuture();
                });
    }

    @Override
    public RunEvent.Ended giveUp() {
        hush("store");
        Transcript known = transcript();
        return new RunEvent.Ended(
                clock.millis(),
                RunStatus.ERROR,
                known.stage().turn(),
                known.usage(),
                Optional.empty(),
                Optional.of(new Problem.Unavailable(Problem.Reason.STORE, Duration.ofSeconds(1))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public void lost() {
        hush("lost");
        lost.accept(this);
    }

    /** A turn that nobody has asked for yet. */
    private record StartedTurn(GenerateTurn speak, Future<TurnResult> spoken) {}
}

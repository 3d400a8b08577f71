package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.CountRuns;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.Speaker;
import io.parley.contract.StoreMessage.ListOpenRuns;
import io.parley.contract.StoreMessage.ReplaceRun;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds runs whose owner has failed and takes them over. A conditional update of the lease ensures that only one instance succeeds. */
final class RunTakeover {

    private static final Logger LOG = LoggerFactory.getLogger(RunTakeover.class);
    private static final int PAGE_SIZE = 100;

    private final Bus bus;
    private final InstantSource clock;
    private final Duration lease;
    private final String owner;
    private final boolean singleProcess;
    private final TakeoverListener listener;

    /** Continues runs that were taken over. */
    interface TakeoverListener {

        /** Whether this instance already writes the log of {@code run}. */
        boolean has(String run);

        Future<Void> onTakenOver(Run run);
    }

    /**
     * @param singleProcess whether no other process can write to the store, so that every lease of another owner is invalid
     */
    RunTakeover(
            Bus bus,
            InstantSource clock,
            Duration lease,
            String owner,
            boolean singleProcess,
            TakeoverListener listener) {
        this.bus = bus;
        this.clock = clock;
        this.lease = lease;
        this.owner = owner;
        this.singleProcess = singleProcess;
        this.listener = listener;
    }

    /** Checks all open runs once and takes over the orphaned ones. Fails if the orchestrator is unavailable or a takeover failed. */
    Future<Void> sweep() {
        return bus.probe(Addresses.RUN_COUNT, new CountRuns()).compose(_ -> sweepPage(Optional.empty()));
    }

    private Future<Void> sweepPage(Optional<String> after) {
        return bus.request(Addresses.STORE_LIST_OPEN_RUNS, new ListOpenRuns(PAGE_SIZE, after))
                .compose(runs -> {
                    List<Future<Void>> takeovers = runs.data().stream()
                            .filter(this::isOrphaned)
                            .map(this::takeOver)
                            .toList();
                    Future<?> joined = Future.join(takeovers);
                    return joined.transform(_ ->
                                    runs.next().isPresent() ? sweepPage(runs.next()) : Future.<Void>succeededFuture())
                            .compose(_ -> joined)
                            .mapEmpty();
                });
    }

    /** A lease of this instance for a run that it does not write is left over from a failed takeover. */
    private boolean isOrphaned(Run run) {
        boolean leaseIsFree = singleProcess || run.lease().owner().equals(owner);
        return !listener.has(run.id()) && (leaseIsFree || run.lease().until().isBefore(clock.instant()));
    }

    private Future<Void> takeOver(Run run) {
        Lease next = new Lease(owner, run.lease().epoch() + 1, clock.instant().plus(lease));
        return bus.request(Addresses.STORE_REPLACE_RUN, new ReplaceRun(run.with(next)))
                .compose(replaced ->
                        replaced.applied() ? listener.onTakenOver(replaced.current()) : Future.succeededFuture())
                .onFailure(cause -> LOG.atWarn()
                        .addKeyValue("run_id", run.id())
                        .addKeyValue("cause", cause.getMessage())
                        .log("run takeover failed: will be retried"));
    }

    /**
     * The first event of the new owner, which discards the open turn; empty if no turn is open and none will follow.
     * Counts an attempt that is not in the log, because it may have been made nevertheless.
     */
    static Optional<RunEvent> resetEvent(Transcript transcript, List<RunEvent> log, long now) {
        if ((transcript.progress().paused() && !hasOpenTurn(transcript)) || isFinished(transcript)) {
            return Optional.empty();
        }
        return Optional.of(new RunEvent.TurnReset(
                now,
                transcript.progress().turn(),
                transcript.progress().attempts() + (lastAttemptLogged(log) ? 1 : 2),
                speaker(transcript),
                "takeover",
                Optional.empty(),
                Optional.empty(),
                discardedUsage(transcript, log)));
    }

    /** Whether a turn was in progress. */
    private static boolean hasOpenTurn(Transcript transcript) {
        return transcript.progress().attempts() > 0;
    }

    /** Whether the start of the last attempt is in the log. */
    private static boolean lastAttemptLogged(List<RunEvent> log) {
        return log.reversed().stream()
                .filter(event -> event instanceof RunEvent.TurnStarted
                        || event instanceof RunEvent.TurnReset
                        || event instanceof RunEvent.TurnCompleted)
                .findFirst()
                .filter(RunEvent.TurnStarted.class::isInstance)
                .isPresent();
    }

    /** Whether no further turn follows. */
    private static boolean isFinished(Transcript transcript) {
        return transcript.run().status().ended()
                || switch (transcript.run().spec()) {
                    case RunSpec.Chat _ -> transcript.progress().turn() > 0;
                    case RunSpec.Duo duo -> transcript.progress().turn() >= duo.maxTurns();
                };
    }

    private static Speaker speaker(Transcript transcript) {
        return switch (transcript.run().spec()) {
            case RunSpec.Chat _ -> Speaker.ASSISTANT;
            case RunSpec.Duo _ -> transcript.progress().turn() % 2 == 0 ? Speaker.BOT0 : Speaker.BOT1;
        };
    }

    /** Estimates the usage of the lost attempt with its reasoning, at four characters per token. */
    private static Usage discardedUsage(Transcript transcript, List<RunEvent> log) {
        if (!hasOpenTurn(transcript)) {
            return Usage.NONE;
        }
        long totalChars = transcript.entries().stream()
                .mapToLong(entry -> entry.message().content().length())
                .sum();
        boolean turnIsOpen = transcript.entries().getLast().usage().isEmpty()
                && transcript.entries().getLast().turn().isPresent();
        long textChars =
                turnIsOpen ? transcript.entries().getLast().message().content().length() : 0;
        long reasoningTokens = (reasoningChars(log) + 3) / 4;
        return new Usage(
                (totalChars - textChars) / 4,
                (textChars + 3) / 4 + reasoningTokens,
                0,
                0,
                reasoningTokens,
                true,
                OptionalLong.empty());
    }

    /** The length of the reasoning of the last attempt, as far as it is in the log. */
    private static long reasoningChars(List<RunEvent> log) {
        return log.reversed().stream()
                .takeWhile(event -> !(event instanceof RunEvent.TurnStarted))
                .filter(RunEvent.ThinkingToken.class::isInstance)
                .mapToLong(RunEvent::textLength)
                .sum();
    }
}

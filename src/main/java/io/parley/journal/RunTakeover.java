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

/** Finds runs whose owner is gone, and makes them this journal's: one conditional update of the lease decides who gets them. */
final class RunTakeover {

    private static final Logger LOG = LoggerFactory.getLogger(RunTakeover.class);
    private static final int PAGE = 100;

    private final Bus bus;
    private final InstantSource clock;
    private final Duration lease;
    private final String owner;
    private final boolean alone;
    private final TakeoverListener heir;

    /** Who goes on with a run that was taken over. */
    interface TakeoverListener {

        /** Whether {@code run} is written here already. */
        boolean has(String run);

        Future<Void> inherit(Run run);
    }

    /**
     * @param alone whether no other process can write the store, so that a lease which is not ours is nobody's
     */
    RunTakeover(Bus bus, InstantSource clock, Duration lease, String owner, boolean alone, TakeoverListener heir) {
        this.bus = bus;
        this.clock = clock;
        this.lease = lease;
        this.owner = owner;
        this.alone = alone;
        this.heir = heir;
    }

    /** Look at all open runs once, if somebody is there who plays scripts; fails when one should be looked at again soon. */
    Future<Void> sweep() {
        return bus.ask(Addresses.RUN_COUNT, new CountRuns()).compose(_ -> page(Optional.empty()));
    }

    private Future<Void> page(Optional<String> after) {
        return bus.ask(Addresses.STORE_LIST_OPEN_RUNS, new ListOpenRuns(PAGE, after))
                .compose(runs -> {
                    List<Future<Void>> taken = runs.data().stream()
                            .filter(this::orphaned)
                            .map(this::take)
                            .toList();
                    Future<?> these = Future.join(taken);
                    return these.transform(
                                    _ -> runs.next().isPresent() ? page(runs.next()) : Future.<Void>succeededFuture())
                            .compose(_ -> these)
                            .mapEmpty();
                });
    }

    /** A lease of ours for a run that is not written here is left from a take-over that failed. */
    private boolean orphaned(Run run) {
        boolean nobodys = alone || run.lease().owner().equals(owner);
        return !heir.has(run.id()) && (nobodys || run.lease().until().isBefore(clock.instant()));
    }

    private Future<Void> take(Run run) {
        Lease next = new Lease(owner, run.lease().epoch() + 1, clock.instant().plus(lease));
        return bus.ask(Addresses.STORE_REPLACE_RUN, new ReplaceRun(run.with(next)))
                .compose(replaced -> replaced.applied() ? heir.inherit(replaced.current()) : Future.succeededFuture())
                .onFailure(cause -> LOG.atWarn()
                        .addKeyValue("run_id", run.id())
                        .addKeyValue("cause", cause.getMessage())
                        .log("a run could not be taken over yet"));
    }

    /**
     * What the new owner has to say first: the open turn is forgotten, whatever of it was seen. An attempt that left no trace may
     * have been made all the same, so it counts.
     */
    static Optional<RunEvent> reset(Transcript past, List<RunEvent> log, long now) {
        if ((past.stage().paused() && !open(past)) || done(past)) {
            return Optional.empty();
        }
        return Optional.of(new RunEvent.TurnReset(
                now,
                past.stage().turn(),
                past.stage().attempts() + (begun(log) ? 1 : 2),
                speaker(past),
                "takeover",
                Optional.empty(),
                Optional.empty(),
                lost(past)));
    }

    /** Whether a turn was being spoken. */
    private static boolean open(Transcript past) {
        return past.stage().attempts() > 0;
    }

    /** Whether the attempt that was made last can be seen in the log. */
    private static boolean begun(List<RunEvent> log) {
        return log.reversed().stream()
                .filter(event -> event instanceof RunEvent.TurnStarted
                        || event instanceof RunEvent.TurnReset
                        || event instanceof RunEvent.TurnCompleted)
                .findFirst()
                .filter(RunEvent.TurnStarted.class::isInstance)
                .isPresent();
    }

    /** Whether there is no turn to come. */
    private static boolean done(Transcript past) {
        return past.run().status().ended()
                || switch (past.run().script()) {
                    case RunSpec.Chat _ -> past.stage().turn() > 0;
                    case RunSpec.Duo duo -> past.stage().turn() >= duo.maxTurns();
                };
    }

    private static Speaker speaker(Transcript past) {
        return switch (past.run().script()) {
            case RunSpec.Chat _ -> Speaker.ASSISTANT;
            case RunSpec.Duo _ -> past.stage().turn() % 2 == 0 ? Speaker.BOT0 : Speaker.BOT1;
        };
    }

    /** Nobody knows what the lost attempt has cost; about four characters make a token. */
    private static Usage lost(Transcript past) {
        if (!open(past)) {
            return Usage.NONE;
        }
        long heard = past.lines().stream()
                .mapToLong(line -> line.said().content().length())
                .sum();
        boolean said = past.lines().getLast().usage().isEmpty()
                && past.lines().getLast().turn().isPresent();
        long spoken = said ? past.lines().getLast().said().content().length() : 0;
        return new Usage((heard - spoken) / 4, (spoken + 3) / 4, 0, 0, 0, true, OptionalLong.empty());
    }
}

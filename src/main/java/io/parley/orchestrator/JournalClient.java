package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.FinishReason;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.RunMessage.Write;
import io.parley.contract.RunStatus;
import io.parley.contract.Usage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Reads and writes the log of a run through the journal, with blocking calls for virtual threads. */
final class JournalClient {

    /**
     * The timeout of a request for a turn. Never reached by a live journal: provider timeouts and the queue limit end a
     * turn earlier.
     */
    private static final Duration TURN_TIMEOUT = Duration.ofHours(2);

    private final Bus bus;
    private final InstantSource clock;

    JournalClient(Bus bus, InstantSource clock) {
        this.bus = bus;
        this.clock = clock;
    }

    /** The messages and the progress of the run. */
    Transcript read(ActiveRun active) {
        return bus.request(
                        Addresses.JOURNAL_READ,
                        new Read(active.run().owner(), active.run().id()))
                .await();
    }

    TurnResult generateTurn(GenerateTurn request) {
        return bus.request(Addresses.JOURNAL_GENERATE_TURN, request, TURN_TIMEOUT)
                .await();
    }

    /** Writes events and waits until they are stored. */
    void write(ActiveRun active, RunEvent... events) {
        bus.request(Addresses.JOURNAL_WRITE, new Write(active.run().id(), List.of(events)), TURN_TIMEOUT)
                .await();
    }

    /** Writes events without waiting. Later writes and turns keep their order; if this write fails, they fail too. */
    void writeAsync(ActiveRun active, RunEvent... events) {
        bus.request(Addresses.JOURNAL_WRITE, new Write(active.run().id(), List.of(events)), TURN_TIMEOUT);
    }

    long now() {
        return clock.millis();
    }

    /** The end of a run that failed or was cancelled. */
    RunEvent.Ended failed(Problem problem, int turns, Usage usage, Optional<TurnResult> last) {
        Optional<String> cause =
                problem instanceof Problem.Cancelled cancelled ? Optional.of(cancelled.cause()) : Optional.empty();
        RunStatus status = switch (problem) {
            case Problem.Cancelled _ -> RunStatus.CANCELLED;
            case Problem.BudgetExceeded _ -> RunStatus.BUDGET;
            case Problem _ -> RunStatus.ERROR;
        };
        return ended(status, turns, usage, cause.isPresent() ? Optional.empty() : Optional.of(problem), cause, last);
    }

    /** The end of a run that completed. */
    RunEvent.Ended completed(int turns, Usage usage, Optional<String> rule, Optional<TurnResult> last) {
        return ended(RunStatus.COMPLETED, turns, usage, Optional.empty(), rule, last);
    }

    private RunEvent.Ended ended(
            RunStatus status,
            int turns,
            Usage usage,
            Optional<Problem> problem,
            Optional<String> cause,
            Optional<TurnResult> last) {
        Optional<FinishReason> reason = last.flatMap(TurnResult::reason);
        return new RunEvent.Ended(
                now(),
                status,
                turns,
                usage,
                reason,
                problem,
                cause,
                last.flatMap(TurnResult::provider),
                last.flatMap(TurnResult::model));
    }
}

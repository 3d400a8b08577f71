package io.parley.orchestrator;

import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.Progress;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Runs a two-agent conversation: the bots take turns until a stop rule applies or the run is cancelled. Reads its
 * progress from the log before each turn, so that a run that was paused, changed or taken over needs no special
 * handling. Runs on a virtual thread.
 */
final class DuoRunner {

    private final JournalClient journal;
    private final int maxAttempts;

    DuoRunner(JournalClient journal, int maxAttempts) {
        this.journal = journal;
        this.maxAttempts = maxAttempts;
    }

    /** Runs the conversation to its end from its current progress. */
    RunStatus run(ActiveRun active, RunSpec.Duo duo) {
        StopCheck stopCheck = new StopCheck(duo, active.run().createdAt());
        while (true) {
            Future<Void> changed = active.changed();
            Transcript transcript = journal.read(active);
            if (active.stopped().isPresent()) {
                return fail(active, active.stopped().get(), transcript, Optional.empty());
            }
            Optional<StopCheck.Rule> rule = stopCheck.reached(transcript, journal.now());
            if (rule.isPresent()) {
                return end(active, rule.get(), transcript);
            }
            if (transcript.progress().paused()) {
                changed.await();
                continue;
            }
            if (transcript.progress().attempts() >= maxAttempts) {
                return fail(active, new Problem.Internal(), transcript, Optional.empty());
            }
            TurnResult result = journal.generateTurn(nextTurn(active.requestContext(), duo, transcript));
            if (result.problem().isPresent()) {
                return fail(active, active.stopped().or(result::problem).get(), transcript, Optional.of(result));
            }
            recordUsage(active, transcript, result);
        }
    }

    private static GenerateTurn nextTurn(RequestContext requestContext, RunSpec.Duo duo, Transcript transcript) {
        Progress progress = transcript.progress();
        int index = progress.turn() % 2;
        RunSpec.Bot bot = progress.bots().get(index).bot();
        Speaker speaker = index == 0 ? Speaker.BOT0 : Speaker.BOT1;
        return new GenerateTurn(
                requestContext,
                transcript.run().id(),
                progress.turn(),
                progress.attempts() + 1,
                speaker,
                bot.selection(),
                BotPrompt.of(speaker, bot, duo, transcript.entries()));
    }

    /**
     * Records the usage of the turn without waiting; after a single step, pauses the run unless a command has arrived
     * meanwhile.
     */
    private void recordUsage(ActiveRun active, Transcript transcript, TurnResult result) {
        journal.writeAsync(
                active,
                new RunEvent.UsageCounted(
                        journal.now(),
                        transcript.progress().turn(),
                        result.usage(),
                        transcript.usage().plus(result.usage())));
        if (active.stepping()) {
            active.serialized(() -> pause(active));
        }
    }

    private boolean pause(ActiveRun active) {
        boolean stillStepping = active.stepping();
        if (stillStepping) {
            journal.write(active, new RunEvent.Paused(journal.now(), Optional.empty()));
            active.stepping(false);
        }
        return stillStepping;
    }

    private RunStatus end(ActiveRun active, StopCheck.Rule rule, Transcript transcript) {
        RunEvent.Ended end = rule == StopCheck.Rule.MONEY
                ? journal.failed(
                        new Problem.BudgetExceeded("run"),
                        transcript.progress().turn(),
                        transcript.usage(),
                        Optional.empty())
                : journal.completed(
                        transcript.progress().turn(),
                        transcript.usage(),
                        Optional.of(rule.wireName()),
                        Optional.empty());
        journal.write(active, end);
        return end.status();
    }

    /** At shutdown the log stays open, so that another instance can take the run over. */
    private RunStatus fail(ActiveRun active, Problem problem, Transcript transcript, Optional<TurnResult> failedTurn) {
        if (problem instanceof Problem.Unavailable unavailable
                && unavailable.reason() == Problem.Reason.SHUTTING_DOWN) {
            return RunStatus.RUNNING;
        }
        RunEvent.Ended end = journal.failed(
                problem,
                transcript.progress().turn(),
                transcript.usage().plus(failedTurn.map(TurnResult::usage).orElse(Usage.NONE)),
                failedTurn);
        if (problem instanceof Problem.Cancelled) {
            journal.write(active, end);
        } else {
            journal.write(active, new RunEvent.RunFailed(journal.now(), problem), end);
        }
        return end.status();
    }
}

package io.parley.orchestrator;

import io.parley.contract.RequestContext;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.RunMessage.Progress;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunStatus;
import io.parley.contract.RunSpec;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Runs a two-agent conversation: the bots take turns until a stop rule applies or the run is cancelled. Reads its
 * progress from the log before each turn, so that a run that was paused, changed or taken over needs no other code.
 * Runs on a virtual thread.
 */
final class DuoRunner {

    private final JournalClient log;
    private final int maxAttempts;

    DuoRunner(JournalClient log, int maxAttempts) {
        this.log = log;
        this.maxAttempts = maxAttempts;
    }

    /** Runs the conversation to its end from its current progress. */
    RunStatus play(ActiveRun active, RunSpec.Duo duo) {
        StopCheck rules = new StopCheck(duo, active.run().createdAt());
        while (true) {
            Future<Void> change = active.bell();
            Transcript now = log.read(active);
            if (active.stopped().isPresent()) {
                return fail(active, active.stopped().get(), now, Optional.empty());
            }
            Optional<StopCheck.Rule> rule = rules.reached(now, log.now());
            if (rule.isPresent()) {
                return end(active, rule.get(), now);
            }
            if (now.stage().paused()) {
                change.await();
                continue;
            }
            if (now.stage().attempts() >= maxAttempts) {
                return fail(active, new Problem.Internal(), now, Optional.empty());
            }
            TurnResult spoken = log.speak(nextTurn(active.origin(), duo, now));
            if (spoken.problem().isPresent()) {
                return fail(active, active.stopped().or(spoken::problem).get(), now, Optional.of(spoken));
            }
            count(active, now, spoken);
        }
    }

    private static GenerateTurn nextTurn(RequestContext origin, RunSpec.Duo duo, Transcript now) {
        Progress stage = now.stage();
        int index = stage.turn() % 2;
        RunSpec.Bot bot = stage.bots().get(index).bot();
        Speaker speaker = index == 0 ? Speaker.BOT0 : Speaker.BOT1;
        return new GenerateTurn(
                origin,
                now.run().id(),
                stage.turn(),
                stage.attempts() + 1,
                speaker,
                bot.choice(),
                BotPrompt.of(speaker, bot, duo, now.lines()));
    }

    /**
     * Records the usage of the turn without waiting; after a single step, pauses the run unless a command has arrived
     * meanwhile.
     */
    private void count(ActiveRun active, Transcript before, TurnResult spoken) {
        log.note(
                active,
                new RunEvent.UsageCounted(
                        log.now(),
                        before.stage().turn(),
                        spoken.usage(),
                        before.usage().plus(spoken.usage())));
        if (active.stepping()) {
            active.inTurn(() -> pause(active));
        }
    }

    private boolean pause(ActiveRun active) {
        boolean still = active.stepping();
        if (still) {
            log.write(active, new RunEvent.Paused(log.now(), Optional.empty()));
            active.stepping(false);
        }
        return still;
    }

    private RunStatus end(ActiveRun active, StopCheck.Rule rule, Transcript now) {
        RunEvent.Ended end = rule == StopCheck.Rule.MONEY
                ? log.failed(new Problem.BudgetExceeded("run"), now.stage().turn(), now.usage(), Optional.empty())
                : log.completed(now.stage().turn(), now.usage(), Optional.of(rule.wire()), Optional.empty());
        log.write(active, end);
        return end.status();
    }

    /** At shutdown the log stays open, so that another instance can take the run over. */
    private RunStatus fail(ActiveRun active, Problem why, Transcript before, Optional<TurnResult> broken) {
        if (why instanceof Problem.Unavailable away && away.reason() == Problem.Reason.SHUTTING_DOWN) {
            return RunStatus.RUNNING;
        }
        RunEvent.Ended end = log.failed(
                why,
                before.stage().turn(),
                before.usage().plus(broken.map(TurnResult::usage).orElse(Usage.NONE)),
                broken);
        if (why instanceof Problem.Cancelled) {
            log.write(active, end);
        } else {
            log.write(active, new RunEvent.RunFailed(log.now(), why), end);
        }
        return end.status();
    }
}

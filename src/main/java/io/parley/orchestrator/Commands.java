package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Action;
import io.parley.contract.RunMessage.BotState;
import io.parley.contract.RunMessage.Command;
import io.parley.contract.RunMessage.CommandResult;
import io.parley.contract.RunMessage.Inject;
import io.parley.contract.RunMessage.Patch;
import io.parley.contract.RunMessage.Pause;
import io.parley.contract.RunMessage.Progress;
import io.parley.contract.RunMessage.Resume;
import io.parley.contract.RunMessage.Step;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies commands to a two-agent conversation. A command takes effect only as an event in the log: it is applied
 * once it is stored, and its idempotency key is known to every later owner of the run.
 */
final class Commands {

    private final Bus bus;
    private final JournalClient journal;

    Commands(Bus bus, JournalClient journal) {
        this.bus = bus;
        this.journal = journal;
    }

    /** Applies a command unless its idempotency key was applied before. */
    CommandResult apply(ActiveRun active, Command command) {
        if (!(active.run().spec() instanceof RunSpec.Duo)) {
            throw new Problem.NotFound().toException(); // commands need a two-agent conversation
        }
        Transcript transcript = journal.read(active);
        Progress progress = transcript.progress();
        boolean alreadyApplied = command.idempotencyKey()
                .filter(progress.appliedKeys()::contains)
                .isPresent();
        Optional<RunEvent> event = alreadyApplied ? Optional.empty() : event(progress, command);
        event.ifPresent(applied -> {
            journal.write(active, applied);
            active.stepping(stepping(applied, active.stepping()));
            active.signal();
        });
        return new CommandResult(
                active.run().id(),
                event.map(applied -> status(applied, transcript))
                        .orElse(transcript.run().status()),
                event.isPresent(),
                bot(event, progress, command.action()));
    }

    private Optional<RunEvent> event(Progress progress, Command command) {
        Optional<String> key = command.idempotencyKey();
        return switch (command.action()) {
            case Pause _ -> progress.paused() ? Optional.empty() : Optional.of(new RunEvent.Paused(journal.now(), key));
            case Resume _ ->
                progress.paused() || progress.stepping()
                        ? Optional.of(new RunEvent.Resumed(journal.now(), false, key))
                        : Optional.empty();
            case Step _ -> Optional.of(new RunEvent.Resumed(journal.now(), true, key));
            case Inject inject ->
                Optional.of(new RunEvent.Injected(journal.now(), inject.text(), inject.speaker(), key));
            case Patch patch -> patch(progress, patch, key);
        };
    }

    private Optional<RunEvent> patch(Progress progress, Patch patch, Optional<String> key) {
        if (patch.index() < 0 || patch.index() >= progress.bots().size()) {
            throw new Problem.NotFound().toException();
        }
        BotState current = progress.bots().get(patch.index());
        if (patch.revision().isPresent() && patch.revision().getAsInt() != current.revision()) {
            throw new Problem.PreconditionFailed().toException();
        }
        RunSpec.Bot currentBot = current.bot();
        ModelSelection selection = new ModelSelection(
                patch.provider().or(() -> currentBot.selection().provider()),
                patch.model()
                        .or(() -> patch.provider().isPresent()
                                ? Optional.empty()
                                : currentBot.selection().model()),
                currentBot.selection().fallback());
        bus.request(Addresses.GATEWAY_RESOLVE, new Resolve(selection)).await();
        RunSpec.Bot updatedBot = new RunSpec.Bot(
                currentBot.name(),
                selection,
                patch.prompt().orElse(currentBot.prompt()),
                patch.temperature().isPresent() ? patch.temperature() : currentBot.temperature(),
                currentBot.maxTokens());
        List<String> changes = changes(patch);
        return changes.isEmpty()
                ? Optional.empty()
                : Optional.of(new RunEvent.BotUpdated(
                        journal.now(), patch.index(), updatedBot, current.revision() + 1, changes, key));
    }

    private static List<String> changes(Patch patch) {
        List<String> changes = new ArrayList<>();
        patch.prompt().ifPresent(_ -> changes.add("prompt"));
        patch.temperature().ifPresent(_ -> changes.add("temperature"));
        patch.model().ifPresent(_ -> changes.add("model"));
        patch.provider().ifPresent(_ -> changes.add("provider"));
        return changes;
    }

    private static boolean stepping(RunEvent applied, boolean before) {
        return switch (applied) {
            case RunEvent.Paused _ -> false;
            case RunEvent.Resumed resumed -> resumed.step();
            case RunEvent _ -> before;
        };
    }

    private static RunStatus status(RunEvent applied, Transcript transcript) {
        return switch (applied) {
            case RunEvent.Paused _ -> RunStatus.PAUSED;
            case RunEvent.Resumed _ -> RunStatus.RUNNING;
            case RunEvent _ -> transcript.run().status();
        };
    }

    private static Optional<BotState> bot(Optional<RunEvent> event, Progress progress, Action action) {
        return switch (action) {
            case Patch patch ->
                event.map(RunEvent.BotUpdated.class::cast)
                        .map(updated -> new BotState(updated.bot(), updated.revision()))
                        .or(() -> Optional.of(progress.bots().get(patch.index())));
            case Action _ -> Optional.empty();
        };
    }
}

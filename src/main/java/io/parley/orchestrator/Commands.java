package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.ModelSelection;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.BotState;
import io.parley.contract.RunMessage.Command;
import io.parley.contract.RunMessage.Inject;
import io.parley.contract.RunMessage.Action;
import io.parley.contract.RunMessage.Patch;
import io.parley.contract.RunMessage.Pause;
import io.parley.contract.RunMessage.Resume;
import io.parley.contract.RunMessage.Progress;
import io.parley.contract.RunMessage.CommandResult;
import io.parley.contract.RunMessage.Step;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunStatus;
import io.parley.contract.RunSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies commands to a two-agent conversation. A command takes effect only as an event in the log: it is applied
 * once it is stored, and its idempotency key is known to every later owner of the run.
 */
final class Commands {

    private final Bus bus;
    private final JournalClient log;

    Commands(Bus bus, JournalClient log) {
        this.bus = bus;
        this.log = log;
    }

    /** Applies a command unless its idempotency key was applied before. */
    CommandResult apply(ActiveRun active, Command command) {
        if (!(active.run().script() instanceof RunSpec.Duo)) {
            throw new Problem.NotFound().toException(); // commands need a two-agent conversation
        }
        Transcript now = log.read(active);
        Progress stage = now.stage();
        boolean known = command.key().filter(stage.keys()::contains).isPresent();
        Optional<RunEvent> event = known ? Optional.empty() : event(stage, command);
        event.ifPresent(applied -> {
            log.write(active, applied);
            active.stepping(stepping(applied, active.stepping()));
            active.ring();
        });
        return new CommandResult(
                active.run().id(),
                event.map(applied -> status(applied, now)).orElse(now.run().status()),
                event.isPresent(),
                bot(event, stage, command.order()));
    }

    private Optional<RunEvent> event(Progress stage, Command command) {
        Optional<String> key = command.key();
        return switch (command.order()) {
            case Pause _ -> stage.paused() ? Optional.empty() : Optional.of(new RunEvent.Paused(log.now(), key));
            case Resume _ ->
                stage.paused() || stage.stepping()
                        ? Optional.of(new RunEvent.Resumed(log.now(), false, key))
                        : Optional.empty();
            case Step _ -> Optional.of(new RunEvent.Resumed(log.now(), true, key));
            case Inject inject -> Optional.of(new RunEvent.Injected(log.now(), inject.text(), inject.as(), key));
            case Patch patch -> patch(stage, patch, key);
        };
    }

    private Optional<RunEvent> patch(Progress stage, Patch patch, Optional<String> key) {
        if (patch.index() < 0 || patch.index() >= stage.bots().size()) {
            throw new Problem.NotFound().toException();
        }
        BotState before = stage.bots().get(patch.index());
        if (patch.revision().isPresent() && patch.revision().getAsInt() != before.revision()) {
            throw new Problem.PreconditionFailed().toException();
        }
        RunSpec.Bot old = before.bot();
        ModelSelection choice = new ModelSelection(
                patch.provider().or(() -> old.choice().provider()),
                patch.model()
                        .or(() -> patch.provider().isPresent()
                                ? Optional.empty()
                                : old.choice().model()),
                old.choice().fallback());
        bus.ask(Addresses.GATEWAY_CHECK, new Resolve(choice)).await();
        RunSpec.Bot next = new RunSpec.Bot(
                old.name(),
                choice,
                patch.prompt().orElse(old.prompt()),
                patch.temperature().isPresent() ? patch.temperature() : old.temperature(),
                old.maxTokens());
        List<String> changes = changes(patch);
        return changes.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new RunEvent.BotUpdated(log.now(), patch.index(), next, before.revision() + 1, changes, key));
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

    private static RunStatus status(RunEvent applied, Transcript now) {
        return switch (applied) {
            case RunEvent.Paused _ -> RunStatus.PAUSED;
            case RunEvent.Resumed _ -> RunStatus.RUNNING;
            case RunEvent _ -> now.run().status();
        };
    }

    private static Optional<BotState> bot(Optional<RunEvent> event, Progress stage, Action order) {
        return switch (order) {
            case Patch patch ->
                event.map(RunEvent.BotUpdated.class::cast)
                        .map(updated -> new BotState(updated.bot(), updated.revision()))
                        .or(() -> Optional.of(stage.bots().get(patch.index())));
            case Action _ -> Optional.empty();
        };
    }
}

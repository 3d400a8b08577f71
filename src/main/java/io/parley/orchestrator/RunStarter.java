package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.ConversationConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ModelSelection;
import io.parley.contract.ContextMessage;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.BotState;
import io.parley.contract.RunMessage.Fork;
import io.parley.contract.RunMessage.Idempotency;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.RunMessage.StartDuo;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunStatus;
import io.parley.contract.RunSpec;
import io.parley.contract.Speaker;
import io.parley.contract.StoreMessage.ClaimIdempotencyKey;
import io.parley.contract.StoreMessage.ClaimResult;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Validates a start request and builds the run document and the initial events of its log. Blocks, so it must run on
 * a virtual thread.
 */
final class RunStarter {

    private final Bus bus;
    private final ConversationConfig config;
    private final Ids ids;
    private final InstantSource clock;

    RunStarter(Bus bus, ConversationConfig config, Ids ids, InstantSource clock) {
        this.bus = bus;
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * A run that is ready to start; {@code fresh} is false when its idempotency key was claimed by an earlier
     * request.
     */
    record PreparedRun(Run run, List<RunEvent> opening, boolean fresh) {}

    PreparedRun chat(StartChat wish) {
        Future<?> known = bus.ask(Addresses.GATEWAY_CHECK, new Resolve(wish.chat().choice()));
        Context context = context(wish.origin().user(), wish.contextId());
        known.await();
        RunSpec.Chat chat = wish.chat();
        String prompt =
                context.systemPrompt().orElse("You are an assistant for the user's " + context.name() + " context");
        RunSpec.Chat script = new RunSpec.Chat(
                prompt,
                chat.messages(),
                chat.choice(),
                chat.temperature(),
                chat.maxTokens(),
                chat.extractFlows(),
                chat.cancelOnDisconnect());
        return claimed(wish.origin().user(), context.id(), script, List.of(), wish.idempotency());
    }

    PreparedRun duo(StartDuo wish) {
        Optional<Context> named =
                wish.contextId().map(id -> context(wish.origin().user(), id));
        Context context = named.orElseGet(() -> context(wish.origin().user(), ContextMessage.DEFAULT));
        RunSpec.Duo duo = wish.duo();
        capped(duo);
        duo.bots().forEach(bot -> check(bot.choice()));
        RunSpec.Duo script = new RunSpec.Duo(
                duo.topic(), duo.maxTurns(), duo.bots(), duo.stop(), named.flatMap(Context::systemPrompt));
        RunEvent begun = new RunEvent.RunStarted(clock.millis(), script, Optional.empty(), 0);
        return claimed(wish.origin().user(), context.id(), script, List.of(begun), wish.idempotency());
    }

    /** Copies the inherited turns into the new log. Their usage is charged to the original run only. */
    PreparedRun fork(Fork wish) {
        Transcript past = bus.ask(Addresses.JOURNAL_READ, new Read(wish.origin().user(), wish.run()))
                .await();
        if (!(past.run().script() instanceof RunSpec.Duo duo)) {
            throw new Problem.NotFound().toException();
        }
        capped(duo); // it may have been imported, or started under another limit
        int turns = Math.toIntExact(
                past.lines().stream().filter(line -> line.usage().isPresent()).count());
        if (wish.atTurn() > turns || wish.atTurn() > duo.maxTurns()) {
            throw new Problem.Invalid(List.of(new Problem.Violation(
                            "/at_turn", "maximum", "the run has only " + turns + " complete turns")))
                    .toException();
        }
        List<RunSpec.Bot> bots = wish.bots()
                .orElseGet(() -> past.stage().bots().stream().map(BotState::bot).toList());
        bots.forEach(bot -> check(bot.choice()));
        RunSpec.Duo script = new RunSpec.Duo(duo.topic(), duo.maxTurns(), bots, duo.stop(), duo.contextPrompt());
        return claimed(
                wish.origin().user(),
                past.run().contextId(),
                script,
                shared(script, past, wish.atTurn()),
                wish.idempotency());
    }

    /** Enforces the maximum number of turns for every channel that can start a run. */
    private void capped(RunSpec.Duo duo) {
        if (duo.maxTurns() > config.maxTurns()) {
            throw new Problem.Invalid(List.of(
                            new Problem.Violation("/max_turns", "maximum", "must be at most " + config.maxTurns())))
                    .toException();
        }
    }

    private List<RunEvent> shared(RunSpec.Duo script, Transcript past, int turns) {
        long now = clock.millis();
        List<RunEvent> events = new ArrayList<>();
        events.add(new RunEvent.RunStarted(now, script, Optional.of(past.run().id()), turns));
        for (Entry line : past.lines().subList(1, past.lines().size())) { // the first one, the topic, is in the spec
            if (line.turn().isEmpty() && line.usage().isEmpty()) {
                events.add(new RunEvent.Injected(now, line.said().content(), line.speaker(), Optional.empty()));
            } else if (line.turn().isPresent() && line.turn().getAsInt() < turns) {
                events.addAll(turn(now, line, line.turn().getAsInt()));
            } else if (line.turn().isPresent()) {
                break;
            }
        }
        return events;
    }

    private static List<RunEvent> turn(long now, Entry line, int turn) {
        Speaker speaker = line.speaker().orElse(Speaker.BOT0);
        String text = line.said().content();
        String provider = line.provider().orElse("");
        String model = line.model().orElse("");
        return List.of(
                new RunEvent.TurnStarted(now, turn, 1, speaker, provider, model),
                new RunEvent.Token(now, turn, 1, speaker, text),
                new RunEvent.TurnCompleted(
                        now,
                        turn,
                        1,
                        speaker,
                        text.codePointCount(0, text.length()),
                        line.reason().orElseThrow(),
                        line.usage().orElse(Usage.NONE),
                        0,
                        provider,
                        model));
    }

    private PreparedRun claimed(
            String user, String context, RunSpec script, List<RunEvent> opening, Optional<Idempotency> key) {
        String fresh = ids.next("run_");
        String id = key.map(once -> claim(user, once, fresh)).orElse(fresh);
        Instant now = clock.instant();
        Run run = new Run(id, user, context, RunStatus.RUNNING, script, new Lease("", 1, now), now, now, 0);
        return new PreparedRun(run, opening, id.equals(fresh));
    }

    private String claim(String user, Idempotency once, String run) {
        ClaimIdempotencyKey claim = new ClaimIdempotencyKey(
                user, once.key(), once.bodyDigest(), run, clock.instant().plus(config.idempotencyTtl()));
        ClaimResult claimed = bus.ask(Addresses.STORE_CLAIM, claim).await();
        if (!claimed.digest().equals(once.bodyDigest())) {
            throw new Problem.Invalid(List.of(new Problem.Violation(
                            "", "idempotency", "this Idempotency-Key was used before with a different body")))
                    .toException();
        }
        return claimed.value();
    }

    private Context context(String user, String id) {
        return bus.ask(Addresses.CONTEXT_LOAD, new ContextMessage.Load(user, id))
                .await();
    }

    private void check(ModelSelection choice) {
        bus.ask(Addresses.GATEWAY_CHECK, new Resolve(choice)).await();
    }
}

package io.parley.orchestrator;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.ConversationConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ContextMessage;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.ModelSelection;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.BotState;
import io.parley.contract.RunMessage.Entry;
import io.parley.contract.RunMessage.Fork;
import io.parley.contract.RunMessage.Idempotency;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunMessage.StartChat;
import io.parley.contract.RunMessage.StartDuo;
import io.parley.contract.RunMessage.Transcript;
import io.parley.contract.RunSpec;
import io.parley.contract.RunStatus;
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
     * A run that is ready to start; {@code created} is false when its idempotency key was claimed by an earlier
     * request.
     */
    record PreparedRun(Run run, List<RunEvent> initialEvents, boolean created) {}

    PreparedRun chat(StartChat request) {
        Future<?> modelCheck = bus.request(
                Addresses.GATEWAY_RESOLVE, new Resolve(request.chat().selection()));
        Context context = context(request.requestContext().user(), request.contextId());
        modelCheck.await();
        RunSpec.Chat chat = request.chat();
        String prompt =
                context.systemPrompt().orElse("You are an assistant for the user's " + context.name() + " context");
        RunSpec.Chat spec = new RunSpec.Chat(
                prompt,
                chat.messages(),
                chat.selection(),
                chat.temperature(),
                chat.maxTokens(),
                chat.extractFlows(),
                chat.cancelOnDisconnect(),
                chat.thinking());
        return prepare(request.requestContext().user(), context.id(), spec, List.of(), request.idempotency());
    }

    PreparedRun duo(StartDuo request) {
        Optional<Context> namedContext =
                request.contextId().map(id -> context(request.requestContext().user(), id));
        Context context =
                namedContext.orElseGet(() -> context(request.requestContext().user(), ContextMessage.DEFAULT));
        RunSpec.Duo duo = request.duo();
        checkMaxTurns(duo);
        duo.bots().forEach(bot -> check(bot.selection()));
        RunSpec.Duo spec = new RunSpec.Duo(
                duo.topic(),
                duo.maxTurns(),
                duo.bots(),
                duo.stopRules(),
                namedContext.flatMap(Context::systemPrompt),
                duo.thinking());
        RunEvent runStarted = new RunEvent.RunStarted(clock.millis(), spec, Optional.empty(), 0);
        return prepare(request.requestContext().user(), context.id(), spec, List.of(runStarted), request.idempotency());
    }

    /** Copies the inherited turns into the new log. Their usage is charged to the original run only. */
    PreparedRun fork(Fork request) {
        Transcript transcript = bus.request(
                        Addresses.JOURNAL_READ,
                        new Read(request.requestContext().user(), request.run()))
                .await();
        if (!(transcript.run().spec() instanceof RunSpec.Duo duo)) {
            throw new Problem.NotFound().toException();
        }
        checkMaxTurns(duo); // it may have been imported, or started under another limit
        int turns = Math.toIntExact(transcript.entries().stream()
                .filter(entry -> entry.usage().isPresent())
                .count());
        if (request.atTurn() > turns || request.atTurn() > duo.maxTurns()) {
            throw new Problem.Invalid(List.of(new Problem.Violation(
                            "/at_turn", "maximum", "the run has only " + turns + " complete turns")))
                    .toException();
        }
        List<RunSpec.Bot> bots = request.bots()
                .orElseGet(() ->
                        transcript.progress().bots().stream().map(BotState::bot).toList());
        bots.forEach(bot -> check(bot.selection()));
        RunSpec.Duo spec = new RunSpec.Duo(
                duo.topic(), duo.maxTurns(), bots, duo.stopRules(), duo.contextPrompt(), duo.thinking());
        return prepare(
                request.requestContext().user(),
                transcript.run().contextId(),
                spec,
                inheritedEvents(spec, transcript, request.atTurn()),
                request.idempotency());
    }

    /** Enforces the maximum number of turns for every channel that can start a run. */
    private void checkMaxTurns(RunSpec.Duo duo) {
        if (duo.maxTurns() > config.maxTurns()) {
            throw new Problem.Invalid(List.of(
                            new Problem.Violation("/max_turns", "maximum", "must be at most " + config.maxTurns())))
                    .toException();
        }
    }

    private List<RunEvent> inheritedEvents(RunSpec.Duo spec, Transcript transcript, int turns) {
        long now = clock.millis();
        List<RunEvent> events = new ArrayList<>();
        events.add(
                new RunEvent.RunStarted(now, spec, Optional.of(transcript.run().id()), turns));
        for (Entry entry : transcript
                .entries()
                .subList(1, transcript.entries().size())) { // the first one, the topic, is in the spec
            if (entry.turn().isEmpty() && entry.usage().isEmpty()) {
                events.add(new RunEvent.Injected(now, entry.message().content(), entry.speaker(), Optional.empty()));
            } else if (entry.turn().isPresent() && entry.turn().getAsInt() < turns) {
                events.addAll(turn(now, entry, entry.turn().getAsInt()));
            } else if (entry.turn().isPresent()) {
                break;
            }
        }
        return events;
    }

    private static List<RunEvent> turn(long now, Entry entry, int turn) {
        Speaker speaker = entry.speaker().orElse(Speaker.BOT0);
        String text = entry.message().content();
        String provider = entry.provider().orElse("");
        String model = entry.model().orElse("");
        return List.of(
                new RunEvent.TurnStarted(now, turn, 1, speaker, provider, model),
                new RunEvent.Token(now, turn, 1, speaker, text),
                new RunEvent.TurnCompleted(
                        now,
                        turn,
                        1,
                        speaker,
                        text.codePointCount(0, text.length()),
                        entry.reason().orElseThrow(),
                        entry.usage().orElse(Usage.NONE),
                        0,
                        provider,
                        model,
                        entry.thinking()));
    }

    private PreparedRun prepare(
            String user,
            String context,
            RunSpec spec,
            List<RunEvent> initialEvents,
            Optional<Idempotency> idempotency) {
        String newId = ids.next("run_");
        String id = idempotency.map(present -> claim(user, present, newId)).orElse(newId);
        Instant now = clock.instant();
        Run run = new Run(id, user, context, RunStatus.RUNNING, spec, new Lease("", 1, now), now, now, 0);
        return new PreparedRun(run, initialEvents, id.equals(newId));
    }

    private String claim(String user, Idempotency idempotency, String run) {
        ClaimIdempotencyKey claim = new ClaimIdempotencyKey(
                user,
                idempotency.key(),
                idempotency.bodyDigest(),
                run,
                clock.instant().plus(config.idempotencyTtl()));
        ClaimResult result =
                bus.request(Addresses.STORE_CLAIM_IDEMPOTENCY_KEY, claim).await();
        if (!result.digest().equals(idempotency.bodyDigest())) {
            throw new Problem.Invalid(List.of(new Problem.Violation(
                            "", "idempotency", "this Idempotency-Key was used before with a different body")))
                    .toException();
        }
        return result.value();
    }

    private Context context(String user, String id) {
        return bus.request(Addresses.CONTEXT_LOAD, new ContextMessage.Load(user, id))
                .await();
    }

    private void check(ModelSelection selection) {
        bus.request(Addresses.GATEWAY_RESOLVE, new Resolve(selection)).await();
    }
}

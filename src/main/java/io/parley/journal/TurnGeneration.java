package io.parley.journal;

import io.parley.bus.AnswerSession;
import io.parley.bus.Bus;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Failed;
import io.parley.contract.AnswerEvent.Thinking;
import io.parley.contract.AnswerEvent.ThinkingKind;
import io.parley.contract.AnswerEvent.ToolDelta;
import io.parley.contract.FinishReason;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.CallOptions;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.GenerateTurn;
import io.parley.contract.RunMessage.TurnResult;
import io.parley.contract.Speaker;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Generates one turn of a run: requests an answer and appends the events of every attempt to the run's log. Does not access the store.
 */
final class TurnGeneration implements AnswerSession.Listener {

    private static final Duration MAX_WAIT = Duration.ofSeconds(20);
    private static final String MESSAGES = "/messages";

    private final LogWriter writer;
    private final InstantSource clock;
    private final GenerateTurn request;
    private final long startedAtMillis;
    private final AnswerSession session;
    private final TurnThinking thinking;
    private final StringBuilder text = new StringBuilder();
    private final Promise<TurnResult> result = Promise.promise();
    private int attempt;
    private long firstTokenMillis;
    private Optional<AnswerHandle> answer = Optional.empty();
    private Usage failedUsage = Usage.NONE;
    private Optional<Problem> cancelled = Optional.empty();

    /** @param callId the call id of the first attempt, from which those of later attempts are derived */
    TurnGeneration(
            Bus bus,
            LogWriter writer,
            InstantSource clock,
            GenerateTurn request,
            String callId,
            TurnThinking thinking) {
        this.writer = writer;
        this.clock = clock;
        this.request = request;
        this.thinking = thinking;
        this.startedAtMillis = clock.millis();
        Priority priority = request.speaker() == Speaker.ASSISTANT ? Priority.INTERACTIVE : Priority.NORMAL;
        CallOptions options = CallOptions.of(priority, CachePolicy.DEFAULT);
        Open open = new Open(callId, request.requestContext(), request.selection(), request.prompt(), options);
        this.session = new AnswerSession(bus, open, request.attempt(), MAX_WAIT, this);
    }

    /** Generates the turn; completes when it is stored or has failed. */
    Future<TurnResult> generate() {
        session.start();
        return result.future().map(this::withTotals);
    }

    /** Cancels the turn at once, at any stage. */
    void cancel(String cause) {
        if (cancelled.isEmpty()) {
            cancelled = Optional.of(new Problem.Cancelled(cause));
            session.cancel();
        }
    }

    @Override
    public void onOpened(AnswerHandle opened, int number) {
        List<RunEvent> runEvents = new ArrayList<>();
        long now = clock.millis();
        answer.ifPresent(from -> runEvents.add(new RunEvent.TurnReset(
                now,
                request.turn(),
                number,
                request.speaker(),
                "provider_error",
                Optional.of(from.provider()),
                Optional.of(opened.provider()),
                failedUsage)));
        runEvents.add(new RunEvent.TurnStarted(
                now, request.turn(), number, request.speaker(), opened.provider(), opened.model()));
        attempt = number;
        answer = Optional.of(opened);
        firstTokenMillis = -1;
        text.setLength(0);
        thinking.reset();
        writer.append(runEvents);
    }

    @Override
    public Future<Void> onEvents(List<AnswerEvent> events) {
        List<RunEvent> runEvents = new ArrayList<>(events.size());
        for (AnswerEvent event : events) {
            switch (event) {
                case Delta delta -> runEvents.add(token(delta.text()));
                case AnswerEvent.Refusal refusal -> runEvents.add(token(refusal.text()));
                case Thinking piece -> think(piece).ifPresent(runEvents::add);
                case ToolDelta _, AnswerEvent.Started _, AnswerEvent.NativeData _ -> {}
                case Completed completed -> {
                    return complete(runEvents, completed);
                }
                case Failed _ -> throw new IllegalStateException("a failure is not part of an answer");
            }
        }
        if (!runEvents.isEmpty()) {
            writer.append(runEvents);
        }
        return writer.whenWritable().onFailure(this::onWriteFailed);
    }

    @Override
    public void onIdle() {}

    @Override
    public void onRestart(AnswerHandle from, Failed failure) {
        failedUsage = failure.usage();
    }

    @Override
    public void onFailed(Problem problem, Usage usage) {
        result.tryComplete(new TurnResult(
                text.toString(),
                Optional.empty(),
                usage,
                answer.map(AnswerHandle::provider),
                answer.map(AnswerHandle::model),
                Optional.of(withoutPositions(problem))));
    }

    /** The messages of a prompt are counted differently than those of the client. */
    private static Problem withoutPositions(Problem problem) {
        return problem instanceof Problem.Invalid invalid
                ? invalid.withPointers(pointer -> pointer.startsWith(MESSAGES) ? MESSAGES : pointer)
                : problem;
    }

    @Override
    public boolean canRestart() {
        return true;
    }

    private void onWriteFailed(Throwable cause) {
        onFailed(Problem.of(cause), session.lostUsage());
    }

    private RunEvent token(String delta) {
        long now = clock.millis();
        if (firstTokenMillis < 0) {
            firstTokenMillis = now - startedAtMillis;
        }
        text.append(delta);
        return new RunEvent.Token(now, request.turn(), attempt, request.speaker(), delta);
    }

    /** Returns the event of a readable piece of reasoning, if the client asked for it. */
    private Optional<RunEvent> think(Thinking piece) {
        if (piece.kind() != ThinkingKind.TEXT) {
            return Optional.empty();
        }
        thinking.append(piece.text());
        return thinking.streamed()
                ? Optional.of(new RunEvent.ThinkingToken(
                        clock.millis(), request.turn(), attempt, request.speaker(), piece.text()))
                : Optional.empty();
    }

    private Future<Void> complete(List<RunEvent> runEvents, Completed completed) {
        String provider = answer.map(AnswerHandle::provider).orElseThrow();
        runEvents.add(new RunEvent.TurnCompleted(
                clock.millis(),
                request.turn(),
                attempt,
                request.speaker(),
                text.codePointCount(0, text.length()),
                completed.reason(),
                completed.usage(),
                Math.max(0, firstTokenMillis),
                provider,
                completed.model(),
                thinking.text()));
        TurnResult complete = new TurnResult(
                text.toString(),
                Optional.of(completed.reason()),
                session.lostUsage().plus(completed.usage()),
                Optional.of(provider),
                Optional.of(completed.model()),
                Optional.empty());
        return writer.append(runEvents)
                .onSuccess(_ -> result.tryComplete(complete))
                .onFailure(this::onWriteFailed);
    }

    /** Reports a failure that follows a cancellation as {@code cancelled}. */
    private TurnResult withTotals(TurnResult turn) {
        boolean failed = turn.problem().isPresent();
        return new TurnResult(
                turn.text(),
                failed ? cancelled.map(_ -> FinishReason.CANCELLED) : turn.reason(),
                turn.usage(),
                turn.provider(),
                turn.model(),
                failed ? cancelled.or(turn::problem) : Optional.empty());
    }
}

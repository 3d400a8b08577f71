package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
import io.parley.contract.FinishReason;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.Answering;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Speak;
import io.parley.contract.RunMessage.Spoken;
import io.parley.contract.StreamMessage.Batch;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.Follow;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One turn of one run: has the gateway open an answer, and copies it into the log as it comes. Knows nothing of the store. */
final class Speech {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SLACK = Duration.ofSeconds(5);
    private static final Duration OPENING = Duration.ofHours(1);

    private final Bus bus;
    private final Scribe scribe;
    private final InstantSource clock;
    private final Speak speak;
    private final String callId;
    private final long began;

    private final StringBuilder text = new StringBuilder();
    private Optional<Answering> answering = Optional.empty();
    private Optional<Problem> cancelled = Optional.empty();
    private long firstTokenMillis = -1;

    Speech(Bus bus, Scribe scribe, InstantSource clock, Speak speak, String callId) {
        this.bus = bus;
        this.scribe = scribe;
        this.clock = clock;
        this.speak = speak;
        this.callId = callId;
        this.began = clock.millis();
    }

    /** Speak the turn; completes when it is stored, or has broken. */
    Future<Spoken> speak() {
        return bus.ask(
                        Addresses.GATEWAY_OPEN,
                        new GatewayMessage.Open(callId, speak.origin(), speak.choice(), speak.prompt()),
                        OPENING)
                .compose(this::begin)
                .otherwise(cause -> broken(Problem.of(cause), Usage.NONE));
    }

    /** Let go of the vendor at once, in whatever stage the turn is. */
    void cancel(String cause) {
        if (cancelled.isPresent()) {
            return;
        }
        cancelled = Optional.of(new Problem.Cancelled(cause));
        answering.ifPresentOrElse(this::letGo, () -> bus.ask(Addresses.GATEWAY_CANCEL, new Cancel(callId)));
    }

    private void letGo(Answering answer) {
        bus.ask(
                Addresses.cancel(answer.stream().source()),
                new Cancel(answer.stream().streamId()));
    }

    private Future<Spoken> begin(Answering answer) {
        answering = Optional.of(answer);
        if (cancelled.isPresent()) {
            letGo(answer);
        }
        scribe.append(List.of(new RunEvent.TurnStarted(
                clock.millis(), speak.turn(), speak.attempt(), speak.speaker(), answer.provider(), answer.model())));
        return follow(answer, Cursor.START);
    }

    private Future<Spoken> follow(Answering answer, Cursor after) {
        Follow follow = new Follow(answer.stream().streamId(), after, PATIENCE);
        return scribe.room()
                .compose(_ -> bus.ask(Addresses.follow(answer.stream().source()), follow, PATIENCE.plus(SLACK)))
                .compose(batch -> take(answer, batch));
    }

    private Future<Spoken> take(Answering answer, Batch batch) {
        List<RunEvent> news = new ArrayList<>(batch.events().size());
        Optional<AnswerEvent> end = Optional.empty();
        for (Event event : batch.events()) {
            if (event instanceof AnswerEvent.Delta delta) {
                news.add(token(delta.text()));
            } else if (event instanceof AnswerEvent terminal) {
                end = Optional.of(terminal);
            }
        }
        return end.map(terminal -> end(answer, news, terminal)).orElseGet(() -> {
            if (!news.isEmpty()) {
                scribe.append(news);
            }
            return follow(answer, batch.last());
        });
    }

    private Future<Spoken> end(Answering answer, List<RunEvent> news, AnswerEvent terminal) {
        return switch (terminal) {
            case AnswerEvent.Completed completed -> whole(answer, news, completed);
            case AnswerEvent.Failed failed -> {
                if (!news.isEmpty()) {
                    scribe.append(news);
                }
                yield Future.succeededFuture(broken(failed.problem(), failed.usage()));
            }
            case AnswerEvent.Delta _ -> throw new IllegalStateException("a delta ends nothing");
        };
    }

    private Future<Spoken> whole(Answering answer, List<RunEvent> news, AnswerEvent.Completed completed) {
        news.add(new RunEvent.TurnCompleted(
                clock.millis(),
                speak.turn(),
                speak.attempt(),
                speak.speaker(),
                text.codePointCount(0, text.length()),
                completed.reason(),
                completed.usage(),
                Math.max(0, firstTokenMillis),
                answer.provider(),
                completed.model()));
        return scribe.append(news)
                .map(new Spoken(
                        text.toString(),
                        Optional.of(completed.reason()),
                        completed.usage(),
                        Optional.of(answer.provider()),
                        Optional.of(completed.model()),
                        Optional.empty()));
    }

    private RunEvent token(String delta) {
        long now = clock.millis();
        if (firstTokenMillis < 0) {
            firstTokenMillis = now - began;
        }
        text.append(delta);
        return new RunEvent.Token(now, speak.turn(), speak.attempt(), speak.speaker(), delta);
    }

    private Spoken broken(Problem problem, Usage usage) {
        return new Spoken(
                text.toString(),
                cancelled.map(_ -> FinishReason.CANCELLED),
                usage,
                answering.map(Answering::provider),
                answering.map(Answering::model),
                Optional.of(cancelled.orElse(problem)));
    }
}

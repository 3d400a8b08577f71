package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.AnswerEvent;
import io.parley.contract.Cursor;
import io.parley.contract.Event;
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
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One attempt at a turn: copies an answer into the log as it comes. Knows nothing of other attempts. */
final class Take {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final Bus bus;
    private final Scribe scribe;
    private final InstantSource clock;
    private final Speak speak;
    private final int attempt;
    private final long began;
    private final Answering answer;
    private final StringBuilder text = new StringBuilder();
    private final Promise<Spoken> copied = Promise.promise();
    private long firstTokenMillis = -1;

    /** @param began when the turn was begun, so that it is known how long its first token took */
    Take(Bus bus, Scribe scribe, InstantSource clock, Speak speak, int attempt, long began, Answering answer) {
        this.bus = bus;
        this.scribe = scribe;
        this.clock = clock;
        this.speak = speak;
        this.attempt = attempt;
        this.began = began;
        this.answer = answer;
    }

    /** Copy it; completes when it is whole and stored, or has broken. */
    Future<Spoken> copy() {
        scribe.append(List.of(new RunEvent.TurnStarted(
                clock.millis(), speak.turn(), attempt, speak.speaker(), answer.provider(), answer.model())));
        follow(Cursor.START);
        return copied.future();
    }

    /** Let go of the vendor at once. */
    void letGo() {
        bus.ask(
                Addresses.cancel(answer.stream().source()),
                new Cancel(answer.stream().streamId()));
    }

    /** Each step stands for itself: steps that were chained would all end inside one another, thousands deep. */
    private void follow(Cursor after) {
        Follow follow = new Follow(answer.stream().streamId(), after, PATIENCE);
        scribe.room()
                .compose(_ -> bus.ask(Addresses.follow(answer.stream().source()), follow, PATIENCE.plus(SLACK)))
                .map(this::take)
                .onFailure(this::lost);
    }

    private Batch take(Batch batch) {
        List<RunEvent> news = new ArrayList<>(batch.events().size());
        Optional<AnswerEvent> end = Optional.empty();
        for (Event event : batch.events()) {
            if (event instanceof AnswerEvent.Delta delta) {
                news.add(token(delta.text()));
            } else if (event instanceof AnswerEvent terminal && event.terminal()) {
                end = Optional.of(terminal);
            }
        }
        if (end.isPresent()) {
            end(news, end.get()).onSuccess(copied::tryComplete).onFailure(this::lost);
        } else {
            if (!news.isEmpty()) {
                scribe.append(news);
            }
            follow(batch.last());
        }
        return batch;
    }

    private void lost(Throwable cause) {
        copied.tryComplete(broken(Problem.of(cause), Usage.NONE));
    }

    private Future<Spoken> end(List<RunEvent> news, AnswerEvent terminal) {
        return switch (terminal) {
            case AnswerEvent.Completed completed -> whole(news, completed);
            case AnswerEvent.Failed failed -> {
                if (!news.isEmpty()) {
                    scribe.append(news);
                }
                yield Future.succeededFuture(broken(failed.problem(), failed.usage()));
            }
            case AnswerEvent.Delta _, AnswerEvent.ToolDelta _ ->
                throw new IllegalStateException("a delta ends nothing");
        };
    }

    private Future<Spoken> whole(List<RunEvent> news, AnswerEvent.Completed completed) {
        news.add(new RunEvent.TurnCompleted(
                clock.millis(),
                speak.turn(),
                attempt,
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
        return new RunEvent.Token(now, speak.turn(), attempt, speak.speaker(), delta);
    }

    private Spoken broken(Problem problem, Usage usage) {
        return new Spoken(
                text.toString(),
                Optional.empty(),
                usage,
                Optional.of(answer.provider()),
                Optional.of(answer.model()),
                Optional.of(problem));
    }
}

package io.parley.journal;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.FinishReason;
import io.parley.contract.GatewayMessage;
import io.parley.contract.GatewayMessage.Answering;
import io.parley.contract.GatewayMessage.Caching;
import io.parley.contract.GatewayMessage.Priority;
import io.parley.contract.GatewayMessage.Terms;
import io.parley.contract.Problem;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.Speak;
import io.parley.contract.RunMessage.Spoken;
import io.parley.contract.Speaker;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.Usage;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * One turn of one run: has the gateway open an answer and takes it down; one that breaks in the middle is begun anew elsewhere, if
 * the gateway finds somebody. Knows nothing of the store.
 */
final class Speech {

    private static final Duration OPENING = Duration.ofHours(1);
    private static final int MOST_ATTEMPTS = 3;

    private final Bus bus;
    private final Scribe scribe;
    private final InstantSource clock;
    private final Speak speak;
    private final String id;
    private final long began;
    private int attempt;
    private Usage lost = Usage.NONE;
    private Optional<Take> take = Optional.empty();
    private Optional<Problem> cancelled = Optional.empty();

    /** @param id of the first attempt's call; those of later attempts are made from it */
    Speech(Bus bus, Scribe scribe, InstantSource clock, Speak speak, String id) {
        this.bus = bus;
        this.scribe = scribe;
        this.clock = clock;
        this.speak = speak;
        this.id = id;
        this.began = clock.millis();
        this.attempt = speak.attempt();
    }

    /** Speak the turn; completes when it is stored, or has broken. */
    Future<Spoken> speak() {
        Priority priority = speak.speaker() == Speaker.ASSISTANT ? Priority.INTERACTIVE : Priority.NORMAL;
        Terms terms = Terms.of(priority, Caching.USUAL);
        return open(terms)
                .compose(answer -> listen(answer, terms))
                .otherwise(cause -> unspoken(Problem.of(cause)))
                .map(this::told);
    }

    /** Let go of the vendor at once, in whatever stage the turn is. */
    void cancel(String cause) {
        if (cancelled.isPresent()) {
            return;
        }
        cancelled = Optional.of(new Problem.Cancelled(cause));
        take.ifPresentOrElse(Take::letGo, () -> bus.ask(Addresses.GATEWAY_CANCEL, new Cancel(callId())));
    }

    private Future<Answering> open(Terms terms) {
        return bus.ask(
                Addresses.GATEWAY_OPEN,
                new GatewayMessage.Open(callId(), speak.origin(), speak.choice(), speak.prompt(), terms),
                OPENING);
    }

    private String callId() {
        return attempt == speak.attempt() ? id : id + "-" + attempt;
    }

    private Future<Spoken> listen(Answering answer, Terms terms) {
        Take next = new Take(bus, scribe, clock, speak, attempt, began, answer);
        take = Optional.of(next);
        if (cancelled.isPresent()) {
            next.letGo();
        }
        return next.copy()
                .compose(spoken ->
                        mayGoOn(spoken) ? again(spoken, answer, terms.after(answer)) : Future.succeededFuture(spoken));
    }

    private boolean mayGoOn(Spoken spoken) {
        return cancelled.isEmpty()
                && attempt < MOST_ATTEMPTS
                && spoken.problem()
                        .filter(problem -> problem instanceof Problem.VendorFailed && problem.retryable())
                        .isPresent();
    }

    /** When nobody else will answer, it stays as broken as it is. */
    private Future<Spoken> again(Spoken broken, Answering from, Terms terms) {
        attempt++;
        take = Optional.empty();
        return open(terms).transform(opened -> {
            if (opened.failed()) {
                return Future.succeededFuture(broken);
            }
            Answering to = opened.result();
            lost = lost.plus(broken.usage());
            scribe.append(List.of(new RunEvent.TurnReset(
                    clock.millis(),
                    speak.turn(),
                    attempt,
                    speak.speaker(),
                    "provider_error",
                    Optional.of(from.provider()),
                    Optional.of(to.provider()),
                    broken.usage())));
            return listen(to, terms);
        });
    }

    private static Spoken unspoken(Problem problem) {
        return new Spoken("", Optional.empty(), Usage.NONE, Optional.empty(), Optional.empty(), Optional.of(problem));
    }

    /** With what all its attempts have cost; and a turn that was cancelled has no other problem. */
    private Spoken told(Spoken spoken) {
        boolean broken = spoken.problem().isPresent();
        return new Spoken(
                spoken.text(),
                broken ? cancelled.map(_ -> FinishReason.CANCELLED) : spoken.reason(),
                lost.plus(spoken.usage()),
                spoken.provider(),
                spoken.model(),
                broken ? cancelled.or(spoken::problem) : Optional.empty());
    }
}

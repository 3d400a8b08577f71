package io.parley.gateway;

import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Problem;
import io.parley.contract.ProviderMessage;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.gateway.FallbackPolicy.RetrySame;
import io.parley.gateway.FallbackPolicy.Fallback;
import io.parley.gateway.FallbackPolicy.GiveUp;
import io.parley.gateway.FallbackPolicy.Progress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One request on its way to its first token: let in, paid for, tried, tried again or elsewhere. Knows no cache. */
final class GatewayCall {

    private final CallEnvironment desk;
    private final Open open;
    private final TokenEstimate size;
    private final GatewayCallLogger log;
    private final List<Candidate> first;
    private final List<Candidate> untried;
    private final long began;
    private int attempts;
    private int calls;
    private int callsHere;
    private Optional<Problem> worst = Optional.empty();
    private boolean cancelled;
    private boolean answered;
    private Future<Void> ended = Future.succeededFuture();
    private Runnable letGo = () -> {};

    GatewayCall(CallEnvironment desk, Open open, TokenEstimate size, ProviderRoute route) {
        this.desk = desk;
        this.open = open;
        this.size = size;
        this.log = new GatewayCallLogger(open);
        this.first = route.first();
        this.untried = new ArrayList<>(route.first());
        this.untried.addAll(route.then());
        this.began = desk.time().nanos().getAsLong();
        this.calls = open.terms().calls();
    }

    /** Completes with the first token. */
    Future<AnswerHandle> answer() {
        return go(first.isEmpty() ? untried : first);
    }

    /** Let go at once, in whatever stage it is. */
    void cancel() {
        if (!cancelled) {
            cancelled = true;
            letGo.run();
        }
    }

    /** Whether the answer has begun. */
    boolean answered() {
        return answered;
    }

    /** Completes when the answer that has begun has ended. */
    Future<Void> ended() {
        return ended;
    }

    private Future<AnswerHandle> go(List<Candidate> wished) {
        List<Candidate> reachable =
                wished.stream().filter(each -> desk.target(each).open()).toList();
        if (reachable.isEmpty()) {
            untried.removeAll(wished);
            return untried.isEmpty()
                    ? Future.failedFuture(worst.orElseGet(Dispatcher::nobody).toException())
                    : go(List.copyOf(untried));
        }
        AdmissionRequest ticket = new AdmissionRequest(reachable, size.total(), open.terms().priority(), left());
        letGo = () -> desk.capacity().admission().cancel(ticket, new Problem.Cancelled("user"));
        return desk.capacity().admission().admit(ticket).compose(this::enter);
    }

    private Future<AnswerHandle> enter(Candidate candidate) {
        callsHere = untried.remove(candidate) ? 0 : callsHere;
        desk.taken().accept(candidate);
        String attemptId = open.callId() + "." + ++attempts;
        ended = desk.capacity().running().begin(attemptId, desk.target(candidate), size.total());
        letGo = () -> {};
        return desk.purse()
                .setAside(attemptId, open, candidate)
                .onFailure(_ -> desk.capacity().running().giveUp(attemptId))
                .compose(paid -> attempt(attemptId, candidate, paid))
                .recover(cause -> after(candidate, cause));
    }

    private Future<AnswerHandle> attempt(String attemptId, Candidate candidate, boolean paid) {
        ProviderState target = desk.target(candidate);
        if (cancelled) {
            notMade(attemptId, paid);
            return Future.failedFuture(new Problem.Cancelled("user").toException());
        }
        letGo = () -> desk.bus().ask(Addresses.providerCancel(candidate.provider()), new Cancel(attemptId));
        long asked = desk.time().nanos().getAsLong();
        return target.breaker()
                .guard(() -> ask(attemptId, candidate, target))
                .onFailure(cause -> {
                    if (ProviderCircuitBreaker.keptAway(cause) || undelivered(cause, target, asked)) {
                        notMade(attemptId, paid);
                    }
                    desk.capacity().running().giveUp(attemptId);
                })
                .map(opened -> begun(candidate, target, opened, asked));
    }

    private Future<StreamRef> ask(String attemptId, Candidate candidate, ProviderState target) {
        calls++;
        callsHere++;
        ProviderMessage.Open question = new ProviderMessage.Open(
                attemptId,
                open.origin(),
                candidate.model(),
                open.prompt(),
                desk.purse().price(candidate));
        return desk.bus()
                .ask(Addresses.providerOpen(candidate.provider()), question, patience(target))
                .onFailure(cause -> target.ended(Optional.of(Problem.of(cause))));
    }

    /** Its own timers end it before. */
    private static Duration patience(ProviderState target) {
        return target.vendor().timeouts().total().plusSeconds(5);
    }

    /** Whether nobody heard the question: then no attempt was made. One that was heard and never answered may yet cost money. */
    private boolean undelivered(Throwable cause, ProviderState target, long asked) {
        return Problem.of(cause) instanceof Problem.Unavailable unavailable
                && unavailable.reason() == Problem.Reason.UNREACHABLE
                && desk.time().nanos().getAsLong() - asked < patience(target).toNanos();
    }

    private AnswerHandle begun(Candidate candidate, ProviderState target, StreamRef opened, long asked) {
        answered = true;
        target.began(Duration.ofNanos(desk.time().nanos().getAsLong() - asked));
        letGo = () -> desk.bus().ask(Addresses.cancel(opened.source()), new Cancel(opened.streamId()));
        if (cancelled) {
            letGo.run();
        }
        return new AnswerHandle(opened, candidate.provider(), candidate.model(), calls, false);
    }

    private Future<AnswerHandle> after(Candidate candidate, Throwable cause) {
        if (cancelled) {
            return Future.failedFuture(new Problem.Cancelled("user").toException());
        }
        if (ProviderCircuitBreaker.keptAway(cause)) {
            return go(List.copyOf(untried));
        }
        Problem problem = Problem.of(cause);
        worst = Optional.of(
                worst.filter(known -> known.retryable() && !problem.retryable()).orElse(problem));
        boolean elsewhere = untried.stream().anyMatch(each -> desk.target(each).open());
        Progress progress = new Progress(calls, callsHere, elsewhere, left());
        return switch (desk.recovery()
                .after(problem, progress, desk.time().nanos().getAsLong())) {
            case GiveUp _ -> Future.failedFuture(worst.get().toException());
            case RetrySame again -> {
                desk.target(candidate).repeats();
                log.again(candidate, problem, again.pause());
                yield pause(again.pause()).compose(_ -> go(List.of(candidate)));
            }
            case Fallback _ -> {
                desk.target(candidate).isLeft();
                log.elsewhere(candidate, problem);
                yield go(List.copyOf(untried));
            }
        };
    }

    private Future<Void> pause(Duration pause) {
        Promise<Void> over = Promise.promise();
        long timer = desk.time().timers().after(pause, over::complete);
        letGo = () -> {
            desk.time().timers().cancel(timer);
            over.fail(new Problem.Cancelled("user").toException());
        };
        return over.future();
    }

    /** What was set aside for an attempt that is not made is owed to nobody. */
    private void notMade(String attemptId, boolean paid) {
        desk.capacity().running().giveUp(attemptId);
        if (paid) {
            desk.purse().giveBack(attemptId);
        }
    }

    private Duration left() {
        return desk.time().deadline().minusNanos(desk.time().nanos().getAsLong() - began);
    }
}

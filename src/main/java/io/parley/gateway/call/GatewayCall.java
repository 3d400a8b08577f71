package io.parley.gateway.call;

import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.NativeRequest;
import io.parley.contract.Problem;
import io.parley.contract.ProviderMessage;
import io.parley.contract.StreamMessage.Cancel;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.gateway.call.FallbackPolicy.Fallback;
import io.parley.gateway.call.FallbackPolicy.GiveUp;
import io.parley.gateway.call.FallbackPolicy.Progress;
import io.parley.gateway.call.FallbackPolicy.RetrySame;
import io.parley.gateway.health.ProviderCircuitBreaker;
import io.parley.gateway.health.ProviderState;
import io.parley.gateway.limit.AdmissionRequest;
import io.parley.gateway.routing.Candidate;
import io.parley.gateway.routing.FormatCapabilities;
import io.parley.gateway.routing.ProviderRoute;
import io.parley.gateway.routing.TokenEstimate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Executes one request up to its first token: admission, budget reservation, attempts, retries, fallback. Does not use the cache. */
final class GatewayCall {

    private final CallEnvironment environment;
    private final Open open;
    private final TokenEstimate estimate;
    private final GatewayCallLogger log;
    private final List<Candidate> primary;
    private final List<Candidate> untried;
    private final long startedAt;
    /** Attempts begun, for their ids: includes those that were not sent, for example because the circuit was open. */
    private int attempts;

    /** Provider calls sent for this answer, including those before a restart. */
    private int calls;

    private int callsAtProvider;
    /** The problem to report: the latest, but a retryable one is not replaced by one that is not. */
    private Optional<Problem> reportedProblem = Optional.empty();

    private boolean cancelled;
    private boolean started;
    private Future<Void> ended = Future.succeededFuture();
    private Runnable abort = () -> {};

    GatewayCall(CallEnvironment environment, Open open, TokenEstimate estimate, ProviderRoute route) {
        this.environment = environment;
        this.open = open;
        this.estimate = estimate;
        this.log = new GatewayCallLogger(open);
        this.primary = route.primary();
        this.untried = new ArrayList<>(route.primary());
        this.untried.addAll(route.fallbacks());
        this.startedAt = environment.time().nanos().getAsLong();
        this.calls = open.options().attemptsUsed();
    }

    /** Completes with the first token. */
    Future<AnswerHandle> start() {
        return tryCandidates(primary.isEmpty() ? untried : primary);
    }

    /** Cancels the call at once, at any stage. */
    void cancel() {
        if (!cancelled) {
            cancelled = true;
            abort.run();
        }
    }

    /** Whether the first token has arrived. */
    boolean started() {
        return started;
    }

    /** Completes when the started answer has ended. */
    Future<Void> ended() {
        return ended;
    }

    private Future<AnswerHandle> tryCandidates(List<Candidate> candidates) {
        List<Candidate> reachable = candidates.stream()
                .filter(candidate -> environment.provider(candidate).admitsCalls())
                .toList();
        if (reachable.isEmpty()) {
            untried.removeAll(candidates);
            return untried.isEmpty()
                    ? Future.failedFuture(
                            reportedProblem.orElseGet(Dispatcher::noProvider).toException())
                    : tryCandidates(List.copyOf(untried));
        }
        AdmissionRequest request =
                new AdmissionRequest(reachable, estimate.total(), open.options().priority(), remaining());
        abort = () -> environment.capacity().admission().cancel(request, new Problem.Cancelled("user"));
        return environment.capacity().admission().admit(request).compose(this::onAdmitted);
    }

    private Future<AnswerHandle> onAdmitted(Candidate candidate) {
        callsAtProvider = untried.remove(candidate) ? 0 : callsAtProvider;
        environment.onSelected().accept(candidate);
        String attemptId = open.callId() + "." + ++attempts;
        ended = environment
                .capacity()
                .inFlight()
                .register(attemptId, environment.provider(candidate), estimate.total());
        abort = () -> {};
        return environment
                .reservations()
                .reserveBudget(attemptId, open, candidate)
                .onFailure(_ -> environment.capacity().inFlight().release(attemptId))
                .compose(reserved -> attempt(attemptId, candidate, reserved))
                .recover(cause -> onFailed(candidate, cause));
    }

    private Future<AnswerHandle> attempt(String attemptId, Candidate candidate, boolean reserved) {
        ProviderState provider = environment.provider(candidate);
        if (cancelled) {
            releaseAttempt(attemptId, reserved);
            return Future.failedFuture(new Problem.Cancelled("user").toException());
        }
        abort = () -> environment.bus().request(Addresses.providerCancel(candidate.provider()), new Cancel(attemptId));
        long sentAt = environment.time().nanos().getAsLong();
        return provider.breaker()
                .guard(() -> send(attemptId, candidate, provider))
                .onFailure(cause -> {
                    if (ProviderCircuitBreaker.isCallNotPermitted(cause) || isUndelivered(cause, provider, sentAt)) {
                        releaseAttempt(attemptId, reserved);
                    }
                    environment.capacity().inFlight().release(attemptId);
                })
                .map(stream -> onFirstToken(candidate, provider, stream, sentAt));
    }

    private Future<StreamRef> send(String attemptId, Candidate candidate, ProviderState provider) {
        calls++;
        callsAtProvider++;
        ProviderMessage.Open request = new ProviderMessage.Open(
                attemptId,
                open.requestContext(),
                candidate.model(),
                open.prompt(),
                environment.reservations().price(candidate),
                environment.nativeRequest(candidate, open));
        return environment
                .bus()
                .request(Addresses.providerOpen(candidate.provider()), request, requestTimeout(provider))
                .onFailure(cause -> provider.onRejected(open.callId(), Problem.of(cause)));
    }

    /** Longer than the total timeout, so that the provider's own timers fire first. */
    private static Duration requestTimeout(ProviderState provider) {
        return provider.config().timeouts().total().plusSeconds(5);
    }

    /**
     * Whether the request never reached a provider verticle, so that no attempt was made. A request that was delivered
     * may cost money even without a reply.
     */
    private boolean isUndelivered(Throwable cause, ProviderState provider, long sentAt) {
        return Problem.of(cause) instanceof Problem.Unavailable unavailable
                && unavailable.reason() == Problem.Reason.UNREACHABLE
                && environment.time().nanos().getAsLong() - sentAt
                        < requestTimeout(provider).toNanos();
    }

    private AnswerHandle onFirstToken(Candidate candidate, ProviderState provider, StreamRef stream, long sentAt) {
        started = true;
        provider.onFirstToken(Duration.ofNanos(environment.time().nanos().getAsLong() - sentAt));
        abort = () -> environment.bus().request(Addresses.cancel(stream.source()), new Cancel(stream.streamId()));
        if (cancelled) {
            abort.run();
        }
        return new AnswerHandle(stream, candidate.provider(), candidate.model(), calls, false)
                .with(
                        estimate.input(),
                        environment.nativeRequest(candidate, open).map(NativeRequest::format))
                .withDroppedHints(FormatCapabilities.droppedHints(provider.config(), open.prompt()));
    }

    private Future<AnswerHandle> onFailed(Candidate candidate, Throwable cause) {
        if (cancelled) {
            return Future.failedFuture(new Problem.Cancelled("user").toException());
        }
        if (ProviderCircuitBreaker.isCallNotPermitted(cause)) {
            return tryCandidates(List.copyOf(untried));
        }
        Problem problem = Problem.of(cause);
        reportedProblem = Optional.of(reportedProblem
                .filter(previous -> previous.retryable() && !problem.retryable())
                .orElse(problem));
        boolean fallbackAvailable =
                untried.stream().anyMatch(other -> environment.provider(other).admitsCalls());
        Progress progress = new Progress(calls, callsAtProvider, fallbackAvailable, remaining());
        return switch (environment
                .fallbackPolicy()
                .decide(problem, progress, environment.time().nanos().getAsLong())) {
            case GiveUp _ -> Future.failedFuture(reportedProblem.get().toException());
            case RetrySame retry -> {
                environment.provider(candidate).countRetry();
                log.retry(candidate, problem, retry.delay());
                yield delay(retry.delay()).compose(_ -> tryCandidates(List.of(candidate)));
            }
            case Fallback _ -> {
                environment.provider(candidate).countFallback();
                log.fallback(candidate, problem);
                yield tryCandidates(List.copyOf(untried));
            }
        };
    }

    private Future<Void> delay(Duration delay) {
        Promise<Void> elapsed = Promise.promise();
        long timer = environment.time().timers().schedule(delay, elapsed::complete);
        abort = () -> {
            environment.time().timers().cancel(timer);
            elapsed.fail(new Problem.Cancelled("user").toException());
        };
        return elapsed.future();
    }

    /** Releases the limits and the budget of an attempt that was not made. */
    private void releaseAttempt(String attemptId, boolean reserved) {
        environment.capacity().inFlight().release(attemptId);
        if (reserved) {
            environment.reservations().release(attemptId);
        }
    }

    private Duration remaining() {
        return environment
                .time()
                .deadline()
                .minusNanos(environment.time().nanos().getAsLong() - startedAt);
    }
}

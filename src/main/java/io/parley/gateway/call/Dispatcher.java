package io.parley.gateway.call;

import io.parley.contract.ApiFormat;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.NativeRequest;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.gateway.limit.RetryBudget;
import io.parley.gateway.routing.Candidate;
import io.parley.gateway.routing.EmbeddingModels;
import io.parley.gateway.routing.FormatCapabilities;
import io.parley.gateway.routing.ModelRouter;
import io.parley.gateway.routing.ProviderRoute;
import io.parley.gateway.routing.TokenEstimate;
import io.parley.gateway.routing.TokenEstimator;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks and routes each request, starts its call, and finds running calls by id for cancellation. */
public final class Dispatcher {

    private final CallEnvironment environment;
    private final ModelRouter router;
    private final TokenEstimator estimator;
    private final RetryBudget retryBudget;
    private final boolean midAnswerFallback;
    private final Map<String, GatewayCall> calls = new HashMap<>();

    public Dispatcher(
            CallEnvironment environment,
            ModelRouter router,
            TokenEstimator estimator,
            RetryBudget retryBudget,
            boolean midAnswerFallback) {
        this.environment = environment;
        this.router = router;
        this.estimator = estimator;
        this.retryBudget = retryBudget;
        this.midAnswerFallback = midAnswerFallback;
    }

    public Future<AnswerHandle> open(Open open) {
        String id = open.callId();
        if (Optional.ofNullable(calls.get(id)).filter(call -> !call.started()).isPresent()) {
            return Future.failedFuture(
                    new Problem.Conflict("a call with this id is already being opened").toException());
        }
        TokenEstimate estimate = estimator.estimate(open.prompt());
        Set<String> excluded = open.options().excludedProviders();
        ProviderRoute selected = router.route(open.selection(), estimate, excluded);
        ProviderRoute comparable = embedding(open).isPresent() ? EmbeddingModels.sameModel(selected) : selected;
        ProviderRoute route = capable(allowed(open, comparable), open);
        if (route.isEmpty() || (!excluded.isEmpty() && !mayRestart(open))) {
            return Future.failedFuture(noProvider().toException());
        }
        retryBudget.recordRequest(environment.time().nanos().getAsLong());
        GatewayCall call = new GatewayCall(environment, open, estimate, route);
        calls.put(id, call);
        return call.start()
                .onSuccess(_ -> call.ended().onComplete(_ -> calls.remove(id, call)))
                .onFailure(_ -> calls.remove(id, call));
    }

    /** Cancels the call with this id, if there is one. */
    public void cancel(String callId) {
        Optional.ofNullable(calls.get(callId)).ifPresent(GatewayCall::cancel);
    }

    /** Keeps the candidates whose format supports the prompt. Throws a problem with the unsupported field if none is left. */
    private ProviderRoute capable(ProviderRoute route, Open open) {
        ProviderRoute remaining =
                route.filter(candidate -> unsupported(candidate, open).isEmpty());
        if (remaining.isEmpty() && !route.isEmpty()) {
            Candidate preferred = route.primary().isEmpty()
                    ? route.fallbacks().getFirst()
                    : route.primary().getFirst();
            throw new Problem.Invalid(unsupported(preferred, open)).toException();
        }
        return remaining;
    }

    /** What the provider cannot be asked; nothing if it gets the request as it is. */
    private List<Violation> unsupported(Candidate candidate, Open open) {
        Optional<NativeRequest> embedding = embedding(open);
        if (embedding.isPresent()) {
            return EmbeddingModels.unsupported(
                    environment.provider(candidate).config(), candidate.model(), embedding.get());
        }
        if (environment.nativeRequest(candidate, open).isPresent()) {
            return List.of();
        }
        List<Violation> untranslatable =
                open.nativeRequest().map(NativeRequest::untranslatable).orElse(List.of());
        return untranslatable.isEmpty()
                ? FormatCapabilities.unsupported(
                                environment.provider(candidate).config().format(), open.prompt())
                        .stream()
                        .toList()
                : untranslatable;
    }

    private static Optional<NativeRequest> embedding(Open open) {
        return open.nativeRequest().filter(request -> request.format() == ApiFormat.OPENAI_EMBEDDINGS);
    }

    /** Whether an answer that failed in the middle may be restarted. The requester has checked {@code bus.RestartPolicy} before. */
    private boolean mayRestart(Open open) {
        return midAnswerFallback
                && open.selection().fallback()
                && open.options().attemptsUsed() < FallbackPolicy.MAX_CALLS;
    }

    /** Keeps the candidates that the API key of the request allows. Throws a problem if none is left. */
    private static ProviderRoute allowed(Open open, ProviderRoute route) {
        ProviderRoute allowed = open.options()
                .grant()
                .map(grant -> route.filter(candidate -> grant.allows(candidate.provider(), candidate.model())))
                .orElse(route);
        if (allowed.isEmpty() && !route.isEmpty()) {
            throw new Problem.ModelNotAllowed().toException();
        }
        return allowed;
    }

    public static Problem noProvider() {
        return new Problem.Unavailable(Problem.Reason.NO_PROVIDER, Duration.ofSeconds(5));
    }
}

package io.parley.gateway;

import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.GatewayMessage.Open;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.contract.Prompt;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sends each request on its way, and knows those that are on it by their ids. */
final class Dispatcher {

    private final CallEnvironment desk;
    private final ModelRouter router;
    private final TokenEstimator sizes;
    private final RetryBudget budget;
    private final boolean midAnswerFallback;
    private final Map<String, GatewayCall> calls = new HashMap<>();

    Dispatcher(CallEnvironment desk, ModelRouter router, TokenEstimator sizes, RetryBudget budget, boolean midAnswerFallback) {
        this.desk = desk;
        this.router = router;
        this.sizes = sizes;
        this.budget = budget;
        this.midAnswerFallback = midAnswerFallback;
    }

    Future<AnswerHandle> open(Open open) {
        String id = open.callId();
        if (Optional.ofNullable(calls.get(id)).filter(call -> !call.answered()).isPresent()) {
            return Future.failedFuture(new Problem.Conflict("a call of this id is being opened").toException());
        }
        TokenEstimate size = sizes.of(open.prompt());
        Set<String> broken = open.terms().broken();
        ProviderRoute route = able(allowed(open, router.route(open.choice(), size, broken)), open.prompt());
        if (route.isEmpty() || (!broken.isEmpty() && !mayGoOn(open))) {
            return Future.failedFuture(nobody().toException());
        }
        budget.request(desk.time().nanos().getAsLong());
        GatewayCall call = new GatewayCall(desk, open, size, route);
        calls.put(id, call);
        return call.answer()
                .onSuccess(_ -> call.ended().onComplete(_ -> calls.remove(id, call)))
                .onFailure(_ -> calls.remove(id, call));
    }

    /** Let go of the call, if there is one of that id. */
    void cancel(String callId) {
        Optional.ofNullable(calls.get(callId)).ifPresent(GatewayCall::cancel);
    }

    /** Only those that can be asked this at all; when that is nobody who is meant, it is the question that is wrong. */
    private ProviderRoute able(ProviderRoute route, Prompt prompt) {
        ProviderRoute left = route.only(candidate -> lacking(candidate, prompt).isEmpty());
        if (left.isEmpty() && !route.isEmpty()) {
            Candidate meant = route.first().isEmpty()
                    ? route.then().getFirst()
                    : route.first().getFirst();
            throw new Problem.Invalid(lacking(meant, prompt).stream().toList()).toException();
        }
        return left;
    }

    private Optional<Violation> lacking(Candidate candidate, Prompt prompt) {
        return FormatCapabilities.lacking(desk.target(candidate).vendor().format(), prompt);
    }

    /** Whether an answer that broke in the middle may be begun anew. */
    private boolean mayGoOn(Open open) {
        return midAnswerFallback && open.choice().fallback() && open.terms().calls() < FallbackPolicy.MOST_CALLS;
    }

    /** The part of {@code route} that the key allows, if it is asked with one; fails when that is nothing. */
    private static ProviderRoute allowed(Open open, ProviderRoute route) {
        ProviderRoute allowed = open.terms()
                .grant()
                .map(grant -> route.only(each -> grant.allows(each.provider(), each.model())))
                .orElse(route);
        if (allowed.isEmpty() && !route.isEmpty()) {
            throw new Problem.ModelNotAllowed().toException();
        }
        return allowed;
    }

    static Problem nobody() {
        return new Problem.Unavailable(Problem.Reason.NO_PROVIDER, Duration.ofSeconds(5));
    }
}

package io.parley.provider.attempt;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.provider.http.ProviderEndpoint;
import io.parley.provider.response.AttemptFailure;
import io.parley.provider.response.FaultClassifier;
import io.parley.provider.response.ProviderErrorBody;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Checks that a provider is reachable and accepts the API key, by requesting its list of models. Ignores the list itself. */
public final class HealthProbe {

    private final ProviderEndpoint provider;

    public HealthProbe(ProviderEndpoint provider) {
        this.provider = provider;
    }

    /** Succeeds if the provider is healthy; fails with its problem otherwise. */
    public Future<Void> probe() {
        return provider.client()
                .connect(provider.dialect().modelsRequest())
                .compose(this::status)
                .timeout(provider.config().timeouts().headers().toMillis(), TimeUnit.MILLISECONDS)
                .transform(status -> status.failed()
                        ? failure(status.cause() instanceof TimeoutException ? Fault.NO_RESPONSE : Fault.UNREACHABLE)
                        : toResult(status.result()));
    }

    private Future<Integer> status(HttpClientRequest request) {
        return request.send()
                .map(response -> response.exceptionHandler(_ -> {}).statusCode()) // the body is not read
                .onComplete(_ -> request.reset());
    }

    /** Other client errors, for example 404 or 429, also prove that the provider is reachable. */
    private Future<Void> toResult(int status) {
        boolean reachable = status < 500 && status != 401 && status != 403;
        return reachable ? Future.succeededFuture() : failure(FaultClassifier.of(status, ProviderErrorBody.NONE));
    }

    private Future<Void> failure(Fault fault) {
        Problem problem =
                new AttemptFailure(fault, "").toProblem(provider.config().name());
        return Future.failedFuture(problem.toException());
    }
}

package io.parley.provider;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Checks that a provider is reachable and accepts the API key, by requesting its list of models. Ignores the list itself. */
final class HealthProbe {

    private final ProviderEndpoint vendor;

    HealthProbe(ProviderEndpoint vendor) {
        this.vendor = vendor;
    }

    /** Succeeds if the provider is healthy; fails with its problem otherwise. */
    Future<Void> look() {
        return vendor.client()
                .connect(vendor.dialect().listing())
                .compose(this::status)
                .timeout(vendor.config().timeouts().headers().toMillis(), TimeUnit.MILLISECONDS)
                .transform(status -> status.failed()
                        ? failed(status.cause() instanceof TimeoutException ? Fault.SILENT : Fault.UNREACHABLE)
                        : judged(status.result()));
    }

    private Future<Integer> status(HttpClientRequest request) {
        return request.send()
                .map(response -> response.exceptionHandler(_ -> {}).statusCode()) // the body is not read
                .onComplete(_ -> request.reset());
    }

    /** Other client errors, for example 404 or 429, also prove that the provider is reachable. */
    private Future<Void> judged(int status) {
        boolean there = status < 500 && status != 401 && status != 403;
        return there ? Future.succeededFuture() : failed(FaultClassifier.of(status, ProviderErrorBody.NONE));
    }

    private Future<Void> failed(Fault fault) {
        Problem problem = new AttemptFailure(fault, "").of(vendor.config().name());
        return Future.failedFuture(problem.toException());
    }
}

package io.parley.provider;

import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a vendor for its models, to see whether it is there and lets us in; what it says beyond that is of no interest. */
final class Glance {

    private final Vendor vendor;

    Glance(Vendor vendor) {
        this.vendor = vendor;
    }

    /** Fails with what is wrong. */
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
                .map(response -> response.exceptionHandler(_ -> {}).statusCode()) // it is not read to its end
                .onComplete(_ -> request.reset());
    }

    /** Whoever says that there is no such list, or that it comes too often, is there all the same. */
    private Future<Void> judged(int status) {
        boolean there = status < 500 && status != 401 && status != 403;
        return there ? Future.succeededFuture() : failed(Faults.of(status, VendorError.NONE));
    }

    private Future<Void> failed(Fault fault) {
        Problem problem = new Failure(fault, "").of(vendor.config().name());
        return Future.failedFuture(problem.toException());
    }
}

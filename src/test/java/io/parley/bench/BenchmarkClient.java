package io.parley.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Opens streams, reads them to their end and records measurements. */
final class BenchmarkClient {

    private final HttpClient client;
    private final String path;

    final ConcurrentLinkedQueue<Long> firstByteNanos = new ConcurrentLinkedQueue<>();
    final AtomicInteger succeeded = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    final AtomicLong bytes = new AtomicLong();

    BenchmarkClient(Vertx vertx, int port, String path) {
        this.path = path;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(port),
                new PoolOptions().setHttp1MaxSize(10_000).setMaxWaitQueueSize(20_000));
    }

    /** Reads one stream to its end; {@code complete} tests whether the received text is complete. */
    Future<Void> stream(Buffer body, String firstMarker, Predicate<String> complete) {
        Promise<Void> done = Promise.promise();
        long startedAt = System.nanoTime();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setURI(path)
                .putHeader("content-type", "application/json");
        client.request(options)
                .compose(request -> request.send(body))
                .onFailure(_ -> fail(done))
                .onSuccess(response -> {
                    Buffer all = Buffer.buffer();
                    response.handler(chunk -> {
                                if (all.length() < 4096 && !all.toString().contains(firstMarker)) {
                                    all.appendBuffer(chunk);
                                    if (all.toString().contains(firstMarker)) {
                                        firstByteNanos.add(System.nanoTime() - startedAt);
                                    }
                                } else {
                                    all.appendBuffer(chunk);
                                }
                            })
                            .endHandler(_ -> finish(done, all, complete))
                            .exceptionHandler(_ -> fail(done));
                });
        return done.future();
    }

    /** Opens a stream and closes the connection at {@code marker}; completes with the time of the disconnect. */
    Future<Long> disconnectAfter(Buffer body, String marker) {
        Promise<Long> disconnectedAt = Promise.promise();
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setURI(path)
                        .putHeader("content-type", "application/json"))
                .compose(request -> request.send(body).map(response -> {
                    response.handler(chunk -> disconnect(request, chunk, marker, disconnectedAt));
                    response.exceptionHandler(_ -> {});
                    return response;
                }))
                .onFailure(disconnectedAt::tryFail);
        return disconnectedAt.future();
    }

    /** Sends a request and closes the connection at {@code moment}; completes with the time of the disconnect. */
    Future<Long> disconnectAt(Buffer body, Future<?> moment) {
        Promise<Long> disconnectedAt = Promise.promise();
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setURI(path)
                        .putHeader("content-type", "application/json"))
                .onFailure(disconnectedAt::tryFail)
                .onSuccess(request -> {
                    request.send(body);
                    moment.onComplete(_ -> {
                        long now = System.nanoTime();
                        request.connection().close();
                        disconnectedAt.tryComplete(now);
                    });
                });
        return disconnectedAt.future();
    }

    /** Opens a stream and keeps it open; completes at {@code marker}. */
    Future<Void> holdOpen(Buffer body, String marker) {
        Promise<Void> started = Promise.promise();
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setURI(path)
                        .putHeader("content-type", "application/json"))
                .compose(request -> request.send(body))
                .onFailure(started::tryFail)
                .onSuccess(response -> response.handler(chunk -> {
                            if (chunk.toString().contains(marker)) {
                                started.tryComplete();
                            }
                        })
                        .exceptionHandler(_ -> failed.incrementAndGet())
                        .endHandler(_ -> failed.incrementAndGet()));
        return started.future();
    }

    Future<Void> close() {
        return client.close();
    }

    private static void disconnect(
            HttpClientRequest request, Buffer chunk, String marker, Promise<Long> disconnectedAt) {
        if (chunk.toString().contains(marker)) {
            long now = System.nanoTime();
            request.connection().close();
            disconnectedAt.tryComplete(now);
        }
    }

    private void finish(Promise<Void> done, Buffer all, Predicate<String> complete) {
        bytes.addAndGet(all.length());
        if (complete.test(all.toString())) {
            succeeded.incrementAndGet();
        } else {
            failed.incrementAndGet();
        }
        done.tryComplete();
    }

    private void fail(Promise<Void> done) {
        failed.incrementAndGet();
        done.tryComplete();
    }
}

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

/** Opens streams, reads them to their end, and keeps what it measured. */
final class BenchmarkClient {

    private final HttpClient client;
    private final String path;

    final ConcurrentLinkedQueue<Long> firstByteNanos = new ConcurrentLinkedQueue<>();
    final AtomicInteger good = new AtomicInteger();
    final AtomicInteger bad = new AtomicInteger();
    final AtomicLong bytes = new AtomicLong();

    BenchmarkClient(Vertx vertx, int port, String path) {
        this.path = path;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(port),
                new PoolOptions().setHttp1MaxSize(10_000).setMaxWaitQueueSize(20_000));
    }

    /** One stream to its end; {@code whole} says whether the text that came is all there should be. */
    Future<Void> stream(Buffer body, String firstSign, Predicate<String> whole) {
        Promise<Void> done = Promise.promise();
        long began = System.nanoTime();
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
                                if (all.length() < 4096 && !all.toString().contains(firstSign)) {
                                    all.appendBuffer(chunk);
                                    if (all.toString().contains(firstSign)) {
                                        firstByteNanos.add(System.nanoTime() - began);
                                    }
                                } else {
                                    all.appendBuffer(chunk);
                                }
                            })
                            .endHandler(_ -> finish(done, all, whole))
                            .exceptionHandler(_ -> fail(done));
                });
        return done.future();
    }

    /** Open a stream, wait for {@code sign}, and leave without a word; completes with the moment of leaving. */
    Future<Long> leaveAfter(Buffer body, String sign) {
        Promise<Long> left = Promise.promise();
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setURI(path)
                        .putHeader("content-type", "application/json"))
                .compose(request -> request.send(body).map(response -> {
                    response.handler(chunk -> leave(request, chunk, sign, left));
                    response.exceptionHandler(_ -> {});
                    return response;
                }))
                .onFailure(left::tryFail);
        return left.future();
    }

    /** Ask, and leave without a word at {@code moment}, whatever has come; completes with that moment. */
    Future<Long> leaveAt(Buffer body, Future<?> moment) {
        Promise<Long> left = Promise.promise();
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setURI(path)
                        .putHeader("content-type", "application/json"))
                .onFailure(left::tryFail)
                .onSuccess(request -> {
                    request.send(body);
                    moment.onComplete(_ -> {
                        long now = System.nanoTime();
                        request.connection().close();
                        left.tryComplete(now);
                    });
                });
        return left.future();
    }

    /** Open a stream and keep it; completes when it has begun. */
    Future<Void> hold(Buffer body, String sign) {
        Promise<Void> begun = Promise.promise();
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setURI(path)
                        .putHeader("content-type", "application/json"))
                .compose(request -> request.send(body))
                .onFailure(begun::tryFail)
                .onSuccess(response -> response.handler(chunk -> {
                            if (chunk.toString().contains(sign)) {
                                begun.tryComplete();
                            }
                        })
                        .exceptionHandler(_ -> bad.incrementAndGet())
                        .endHandler(_ -> bad.incrementAndGet()));
        return begun.future();
    }

    Future<Void> close() {
        return client.close();
    }

    private static void leave(HttpClientRequest request, Buffer chunk, String sign, Promise<Long> left) {
        if (chunk.toString().contains(sign)) {
            long now = System.nanoTime();
            request.connection().close();
            left.tryComplete(now);
        }
    }

    private void finish(Promise<Void> done, Buffer all, Predicate<String> whole) {
        bytes.addAndGet(all.length());
        if (whole.test(all.toString())) {
            good.incrementAndGet();
        } else {
            bad.incrementAndGet();
        }
        done.tryComplete();
    }

    private void fail(Promise<Void> done) {
        bad.incrementAndGet();
        done.tryComplete();
    }
}

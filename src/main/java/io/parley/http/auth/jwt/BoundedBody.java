package io.parley.http.auth.jwt;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.codec.spi.BodyStream;
import org.jspecify.annotations.Nullable;

/** Collects the body of a response. Fails as soon as the body is larger than the limit. */
final class BoundedBody implements BodyStream<Buffer> {

    private final int maxBytes;
    private final Buffer bytes = Buffer.buffer();
    private final Promise<Buffer> whole = Promise.promise();

    BoundedBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public Future<Buffer> result() {
        return whole.future();
    }

    @Override
    public Future<Void> write(Buffer chunk) {
        if (bytes.length() + chunk.length() > maxBytes) {
            JwksException refused = new JwksException("body larger than " + maxBytes / 1024 + " KiB");
            whole.tryFail(refused);
            return Future.failedFuture(refused);
        }
        bytes.appendBuffer(chunk);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> end() {
        whole.tryComplete(bytes);
        return Future.succeededFuture();
    }

    @Override
    public void handle(Throwable cause) {
        whole.tryFail(cause);
    }

    @Override
    public boolean writeQueueFull() {
        return false;
    }

    @Override
    public BoundedBody exceptionHandler(@Nullable Handler<Throwable> handler) {
        return this;
    }

    @Override
    public BoundedBody setWriteQueueMaxSize(int maxSize) {
        return this;
    }

    @Override
    public BoundedBody drainHandler(@Nullable Handler<Void> handler) {
        return this;
    }
}

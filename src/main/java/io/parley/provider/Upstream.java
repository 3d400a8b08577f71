package io.parley.provider;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One HTTP exchange with a vendor: asks, and tells its listener what comes back. Knows sockets; neither timers nor logs. */
final class Upstream {

    /** More of an error's body is of no use to anybody. */
    private static final int LONGEST_ERROR = 64 * 1024;

    private final VendorClient client;
    private final Dialect dialect;
    private final Listener listener;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private boolean hungUp;

    Upstream(VendorClient client, Dialect dialect, Listener listener) {
        this.client = client;
        this.dialect = dialect;
        this.listener = listener;
    }

    void call(VendorRequest asked) {
        client.connect(asked)
                .onSuccess(connected -> send(connected, asked.body()))
                .onFailure(listener::unreachable);
    }

    private void send(HttpClientRequest connected, Buffer body) {
        if (hungUp) {
            connected.reset(); // nothing was sent: the connection is as good as new
            return;
        }
        request = connected;
        listener.connected();
        connected.send(body).onSuccess(this::answered).onFailure(this::broken);
    }

    private void answered(HttpClientResponse answer) {
        response = answer;
        answer.exceptionHandler(this::broken);
        listener.headed(answer.headers());
        if (answer.statusCode() != 200) {
            refused(answer);
        } else if (!readable(answer)) {
            listener.garbled(new Garbled("content type or encoding is not that of a stream"));
        } else {
            listener.accepted();
            answer.handler(part -> listener.read(part.getBytes())).endHandler(_ -> listener.finished());
        }
    }

    private boolean readable(HttpClientResponse answer) {
        String type = answer.getHeader("content-type");
        String encoding = answer.getHeader("content-encoding");
        return (encoding == null || encoding.equalsIgnoreCase("identity"))
                && type != null
                && dialect.streams(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }

    private void refused(HttpClientResponse answer) {
        Buffer body = Buffer.buffer();
        Runnable enough = () -> {
            if (!hungUp) {
                listener.refused(answer.statusCode(), answer.headers(), body.toString());
            }
        };
        listener.refusing(enough);
        answer.handler(part -> {
                    body.appendBuffer(part);
                    if (body.length() > LONGEST_ERROR) {
                        enough.run();
                    }
                })
                .endHandler(_ -> enough.run())
                .exceptionHandler(_ -> enough.run());
    }

    private void broken(Throwable cause) {
        if (hungUp) {
            return; // by ourselves
        }
        // HttpClosedException is what a closed connection looks like; anything that is no I/O is a violation of HTTP
        boolean closed = cause instanceof HttpClosedException || cause instanceof IOException;
        if (closed) {
            listener.cut();
        } else {
            listener.garbled(new Garbled("no HTTP: " + cause.getClass().getSimpleName()));
        }
    }

    /** Read no further for now. */
    void pause() {
        if (response != null) {
            response.pause();
        }
    }

    /** Read on. */
    void resume() {
        if (response != null) {
            response.resume();
        }
    }

    /** Let go at once: closes the connection unless its response is complete. */
    void hangUp() {
        hungUp = true;
        if (request != null) {
            request.reset();
        }
    }

    /** Hears what happens upstream, in this order; the last four may come at any time. */
    interface Listener {

        /** A connection is there and the request is on its way. */
        void connected();

        /** The head of an answer is here, whatever the answer is. */
        void headed(MultiMap headers);

        /** The vendor answers with a stream. */
        void accepted();

        void read(byte[] bytes);

        /** The stream came to an end that HTTP approves of. */
        void finished();

        /** The vendor answers with something else, whose body is being read; {@code enough} makes do with what there is. */
        void refusing(Runnable enough);

        void refused(int status, MultiMap headers, String body);

        void unreachable(Throwable cause);

        /** The connection broke. */
        void cut();

        void garbled(Garbled how);
    }
}

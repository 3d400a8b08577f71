package io.parley.provider;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Performs one HTTP exchange with a provider and passes the response to a listener. Does not use timers or logs. */
final class UpstreamExchange {

    /** The maximum length of an error body, in bytes; the rest is not read. */
    private static final int LONGEST_ERROR = 64 * 1024;

    private final ProviderClient client;
    private final Dialect dialect;
    private final Listener listener;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private boolean hungUp;

    UpstreamExchange(ProviderClient client, Dialect dialect, Listener listener) {
        this.client = client;
        this.dialect = dialect;
        this.listener = listener;
    }

    void call(ProviderRequest asked) {
        client.connect(asked)
                .onSuccess(connected -> send(connected, asked.body()))
                .onFailure(listener::unreachable);
    }

    private void send(HttpClientRequest connected, Buffer body) {
        if (hungUp) {
            connected.reset(); // nothing was sent, so the connection stays reusable
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
            listener.garbled(new ProtocolException("unexpected content type or content encoding"));
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
            return; // caused by the abort
        }
        // Vert.x reports a closed connection as HttpClosedException; other exceptions that are not I/O are HTTP
        // violations
        boolean closed = cause instanceof HttpClosedException || cause instanceof IOException;
        if (closed) {
            listener.cut();
        } else {
            listener.garbled(new ProtocolException("invalid HTTP: " + cause.getClass().getSimpleName()));
        }
    }

    /** Pauses reading the response. */
    void pause() {
        if (response != null) {
            response.pause();
        }
    }

    /** Resumes reading the response. */
    void resume() {
        if (response != null) {
            response.resume();
        }
    }

    /** Aborts the exchange: closes the connection unless the response is complete. */
    void hangUp() {
        hungUp = true;
        if (request != null) {
            request.reset();
        }
    }

    /** Receives the events of an exchange in this order; the last four can occur at any time. */
    interface Listener {

        /** The connection is established and the request is being sent. */
        void connected();

        /** The response head was received, with any status. */
        void headed(MultiMap headers);

        /** The response is a stream. */
        void accepted();

        void read(byte[] bytes);

        /** The stream ended as HTTP specifies. */
        void finished();

        /** The response is an error, whose body is being read; {@code enough} stops reading and uses what was received. */
        void refusing(Runnable enough);

        void refused(int status, MultiMap headers, String body);

        void unreachable(Throwable cause);

        /** The connection was lost. */
        void cut();

        void garbled(ProtocolException how);
    }
}

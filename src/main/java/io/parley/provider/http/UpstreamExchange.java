package io.parley.provider.http;

import io.parley.provider.codec.ProtocolException;
import io.parley.provider.dialect.ProviderRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Performs one HTTP exchange with a provider and passes the response to a listener. Does not use timers or logs. */
public final class UpstreamExchange {

    /** The maximum length of an error body, in bytes; the rest is not read. */
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    private final ProviderClient client;
    private final Listener listener;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private boolean reused;
    private boolean aborted;

    public UpstreamExchange(ProviderClient client, Listener listener) {
        this.client = client;
        this.listener = listener;
    }

    /** Sends the request; may be called again after {@link Listener#onConnectionLost}. */
    public void start(ProviderRequest outbound) {
        client.connect(outbound)
                .onSuccess(connected -> send(connected, outbound.body()))
                .onFailure(listener::onConnectFailure);
    }

    private void send(HttpClientRequest connected, Buffer body) {
        if (aborted) {
            connected.reset(); // nothing was sent, so the connection stays reusable
            return;
        }
        request = connected;
        reused = client.markUsed(connected);
        listener.onConnected();
        connected.send(body).onSuccess(this::onResponse).onFailure(this::onFailure);
    }

    private void onResponse(HttpClientResponse received) {
        response = received;
        received.exceptionHandler(this::onFailure);
        listener.onHeaders(received.headers());
        if (received.statusCode() != 200) {
            readError(received);
        } else if (isEncoded(received)) {
            listener.onProtocolError(new ProtocolException("unexpected content encoding"));
        } else {
            listener.onStreamStart();
            received.handler(chunk -> listener.onData(chunk.getBytes())).endHandler(_ -> listener.onEnd());
        }
    }

    /** The content type is not checked: the body shows its format. */
    private static boolean isEncoded(HttpClientResponse received) {
        String encoding = received.getHeader("content-encoding");
        return encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity");
    }

    private void readError(HttpClientResponse received) {
        Buffer body = Buffer.buffer();
        Runnable finish = () -> {
            if (!aborted) {
                listener.onErrorResponse(received.statusCode(), received.headers(), body.toString());
            }
        };
        listener.onErrorResponseStart(finish);
        received.handler(chunk -> {
                    body.appendBuffer(chunk);
                    if (body.length() > MAX_ERROR_BYTES) {
                        finish.run();
                    }
                })
                .endHandler(_ -> finish.run())
                .exceptionHandler(_ -> finish.run());
    }

    private void onFailure(Throwable cause) {
        if (aborted) {
            return; // caused by the abort
        }
        // Vert.x reports a closed connection as HttpClosedException; other exceptions that are not I/O are HTTP
        // violations
        boolean connectionLost = cause instanceof HttpClosedException || cause instanceof IOException;
        if (connectionLost) {
            listener.onConnectionLost();
        } else {
            listener.onProtocolError(
                    new ProtocolException("invalid HTTP: " + cause.getClass().getSimpleName()));
        }
    }

    /** Whether the connection was open before this request, and there is no response: the provider may not have read the request. */
    public boolean isUnansweredOnReusedConnection() {
        return reused && response == null;
    }

    /** Pauses reading the response. */
    public void pause() {
        if (response != null) {
            response.pause();
        }
    }

    /** Resumes reading the response. */
    public void resume() {
        if (response != null) {
            response.resume();
        }
    }

    /** Aborts the exchange: closes the connection unless the response is complete. */
    public void abort() {
        aborted = true;
        if (request != null) {
            request.reset();
        }
    }

    /** Receives the events of an exchange in this order; the last four can occur at any time. */
    public interface Listener {

        /** The connection is established and the request is being sent. */
        void onConnected();

        /** The response head was received, with any status. */
        void onHeaders(MultiMap headers);

        /** The response is a stream. */
        void onStreamStart();

        void onData(byte[] bytes);

        /** The stream ended as HTTP specifies. */
        void onEnd();

        /** The response is an error, whose body is being read; {@code finish} stops reading and uses what was received. */
        void onErrorResponseStart(Runnable finish);

        void onErrorResponse(int status, MultiMap headers, String body);

        void onConnectFailure(Throwable cause);

        /** The connection was lost. */
        void onConnectionLost();

        void onProtocolError(ProtocolException error);
    }
}

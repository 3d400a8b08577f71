package io.parley.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Messages that concern the whole server. */
public sealed interface ServerMessage extends Message {

    /** The server is shutting down and accepts no new work. */
    record Draining() implements ServerMessage {}

    /**
     * The counters of one HTTP instance, which serves the public port on one event loop.
     * @param instance id of the instance; totals count from its start
     * @param openStreams answers, conversations and usage streams that clients are reading, as server-sent events, over a WebSocket or in
     *     one piece
     * @param openSockets open WebSockets
     * @param requests total requests received
     * @param clientErrors total error responses with a 4xx status
     * @param serverErrors total error responses with a 5xx status
     * @param pausedWrites writes of HTTP responses that wait for their client; does not count WebSockets
     * @param slowClientsClosed total connections closed because their client stopped reading an HTTP response; does not count WebSockets
     * @param eventLoopLagMillis lag of the event loop, in milliseconds
     */
    record HttpStats(
            String instance,
            long openStreams,
            long openSockets,
            long requests,
            long clientErrors,
            long serverErrors,
            long pausedWrites,
            long slowClientsClosed,
            long eventLoopLagMillis)
            implements ServerMessage {}

    /**
     * A traced request has completed, or its client has disconnected.
     * @param trace trace context of the request
     * @param parentSpanId span id of the caller, if it sent one
     * @param route path template of the API; empty if no route matched
     * @param durationMillis duration in milliseconds
     */
    record RequestCompleted(
            String requestId,
            TraceContext trace,
            Optional<String> parentSpanId,
            String method,
            Optional<String> route,
            int status,
            Instant startedAt,
            long durationMillis)
            implements ServerMessage {}

    /** Waits until no run is left; runs that exceed {@code grace} are cancelled with {@code shutting_down}. */
    record Drain(Duration grace) implements ServerMessage {}
}

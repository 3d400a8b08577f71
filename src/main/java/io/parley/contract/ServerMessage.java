package io.parley.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What concerns the server as a whole. */
public sealed interface ServerMessage extends Message {

    /** The server is going away: take no new work. */
    record Draining() implements ServerMessage {}

    /**
     * What goes on at the share of the public port that one event loop serves.
     *
     * @param door whose share it is; the totals are those since it was opened
     * @param streams answers and conversations that are being read
     * @param sockets WebSockets that are open
     * @param requests requests that came in
     * @param faults those of them that were answered with a problem of the client's
     * @param failures those that were answered with a problem of ours
     * @param slow writes that a client has not taken yet
     * @param cut connections that were cut because their client took nothing
     * @param lateMillis how late the event loop was when it came to telling this
     */
    record Traffic(
            String door,
            long streams,
            long sockets,
            long requests,
            long faults,
            long failures,
            long slow,
            long cut,
            long lateMillis)
            implements ServerMessage {}

    /**
     * A request that is traced has been answered, or its client has left.
     *
     * @param trace the place of the request itself
     * @param parent the span of whoever sent it, if that was told
     * @param route the path as the contract with clients writes it; empty when there is no such
     */
    record Served(
            String requestId,
            Trace trace,
            Optional<String> parent,
            String method,
            Optional<String> route,
            int status,
            Instant began,
            long durationMillis)
            implements ServerMessage {}

    /** Answered when no run is left: those that still run after {@code grace} are ended with {@code shutting_down}. */
    record Drain(Duration grace) implements ServerMessage {}
}

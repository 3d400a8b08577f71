package io.parley.contract;

import java.time.Duration;

/** What concerns the server as a whole. */
public sealed interface ServerMessage extends Message {

    /** The server is going away: take no new work. */
    record Draining() implements ServerMessage {}

    /** Answered when no run is left: those that still run after {@code grace} are ended with {@code shutting_down}. */
    record Drain(Duration grace) implements ServerMessage {}
}

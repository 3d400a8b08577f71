package io.parley.http.generation;

import java.time.Duration;

/**
 * Limits how long a stream may be silent.
 *
 * @param commitAfter silence before the response head is sent without any event
 * @param heartbeat silence before a keepalive comment is sent
 */
public record StreamTimeouts(Duration commitAfter, Duration heartbeat) {}

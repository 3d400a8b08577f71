package io.parley.http.generation;

import java.time.Duration;

/**
 * How long a stream may be silent.
 *
 * @param commitAfter before the head of an answer is sent although nobody has said a word yet
 * @param heartbeat before it says that it is alive
 */
public record StreamTimeouts(Duration commitAfter, Duration heartbeat) {}

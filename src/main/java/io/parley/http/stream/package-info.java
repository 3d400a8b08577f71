/**
 * Server-sent events of any kind: the response, its text, and the list of open streams that a shutdown closes.
 * Read {@code SseResponse} first, then {@code OpenStreamRegistry}.
 */
@NullMarked
package io.parley.http.stream;

import org.jspecify.annotations.NullMarked;

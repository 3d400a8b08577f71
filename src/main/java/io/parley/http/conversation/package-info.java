/**
 * Chats and two-agent conversations over HTTP and SSE: start, stream, control, export. The WebSocket uses the same bodies and views.
 * Read {@code ChatRoutes} and {@code DuoRoutes} first, then {@code RunStreamer} and the event writers {@code ChatSse} and {@code DuoSse}.
 */
@NullMarked
package io.parley.http.conversation;

import org.jspecify.annotations.NullMarked;

/**
 * The WebSocket: upgrade, frames, authentication, messages, subscriptions, keep-alive. Read {@code SocketUpgradeHandler} first, then
 * {@code SocketServer}, {@code SocketSession} and {@code SocketSubscriptions}.
 */
@NullMarked
package io.parley.http.websocket;

import org.jspecify.annotations.NullMarked;

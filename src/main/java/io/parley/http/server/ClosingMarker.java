package io.parley.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerAdapter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Marks a connection that is closed behind the answer being given, by being in its pipeline: what was sent behind such a request,
 * perhaps in the same packet, is neither answered nor done.
 */
final class ClosingMarker extends ChannelHandlerAdapter {

    private ClosingMarker() {}

    /** Listen to nothing more on {@code connection}. */
    static void mark(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            mark(base.channel());
        }
    }

    static void mark(Channel channel) {
        if (!isMarked(channel)) {
            channel.pipeline().addFirst("last word", new ClosingMarker());
        }
    }

    static boolean isMarked(HttpConnection connection) {
        return connection instanceof ConnectionBase base && isMarked(base.channel());
    }

    static boolean isMarked(Channel channel) {
        return channel.pipeline().get(ClosingMarker.class) != null;
    }
}

package io.parley.http;

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
    static void give(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            give(base.channel());
        }
    }

    static void give(Channel channel) {
        if (!given(channel)) {
            channel.pipeline().addFirst("last word", new ClosingMarker());
        }
    }

    static boolean given(HttpConnection connection) {
        return connection instanceof ConnectionBase base && given(base.channel());
    }

    static boolean given(Channel channel) {
        return channel.pipeline().get(ClosingMarker.class) != null;
    }
}

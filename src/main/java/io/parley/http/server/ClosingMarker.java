package io.parley.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerAdapter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Marks a connection that closes after the current response, by its presence in the pipeline. Pipelined requests after the current
 * one are discarded.
 */
final class ClosingMarker extends ChannelHandlerAdapter {

    private ClosingMarker() {}

    /** Discards all further requests on {@code connection}. */
    static void mark(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            mark(base.channel());
        }
    }

    static void mark(Channel channel) {
        if (!isMarked(channel)) {
            channel.pipeline().addFirst("closingMarker", new ClosingMarker());
        }
    }

    static boolean isMarked(HttpConnection connection) {
        return connection instanceof ConnectionBase base && isMarked(base.channel());
    }

    static boolean isMarked(Channel channel) {
        return channel.pipeline().get(ClosingMarker.class) != null;
    }
}

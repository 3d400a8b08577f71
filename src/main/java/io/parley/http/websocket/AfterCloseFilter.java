package io.parley.http.websocket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/** Drops outbound frames after the close frame (Vert.x would still send pongs). */
final class AfterCloseFilter extends ChannelOutboundHandlerAdapter {

    private boolean closed;

    /** Installs the filter before the last handler of {@code channel}, which must be the WebSocket handler. */
    static void install(Channel channel) {
        String socketHandler = channel.pipeline().lastContext().name();
        channel.pipeline().addBefore(socketHandler, "after-close-filter", new AfterCloseFilter());
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (closed && message instanceof WebSocketFrame) {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
            return;
        }
        closed |= message instanceof CloseWebSocketFrame;
        var _ = ctx.write(message, promise);
    }
}

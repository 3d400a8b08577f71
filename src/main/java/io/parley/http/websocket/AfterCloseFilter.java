package io.parley.http.websocket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/** Lets no frame out behind the close frame; the library goes on answering pings until the connection ends. */
final class AfterCloseFilter extends ChannelOutboundHandlerAdapter {

    private boolean closed;

    /** Keep silence on {@code channel}, whose last handler is the socket. */
    static void install(Channel channel) {
        String socketHandler = channel.pipeline().lastContext().name();
        channel.pipeline().addBefore(socketHandler, "silence", new AfterCloseFilter());
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

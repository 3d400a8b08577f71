package io.parley.provider.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** Drops informational responses, of which Vert.x takes those that it does not know for the final response. */
final class InformationalResponseFilter extends ChannelInboundHandlerAdapter {

    private boolean dropping;

    private InformationalResponseFilter() {}

    /** Installs a filter before the HTTP handler of {@code connection}. */
    static void install(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            String httpHandler = base.channelHandlerContext().name();
            base.channel()
                    .pipeline()
                    .addBefore(httpHandler, "informationalResponseFilter", new InformationalResponseFilter());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpResponse response) {
            dropping = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        if (dropping) {
            dropping = !(message instanceof LastHttpContent);
            ReferenceCountUtil.release(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }
}

package io.parley.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.parley.bus.Ids;
import io.parley.contract.Problem;
import io.parley.contract.Problem.RejectionReason;
import io.parley.json.JsonWriter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Rejects requests of an unsupported HTTP version with problem details, before Vert.x rejects them in a format of its own. The encoder
 * would repeat the version of the request in the response, so this response bypasses it.
 */
final class HttpVersionFilter extends ChannelInboundHandlerAdapter {

    private static final Problem.Rejected PROBLEM =
            new Problem.Rejected(RejectionReason.HTTP_VERSION_NOT_SUPPORTED, "only HTTP/1.1 is supported");

    private final Ids ids;
    private boolean rejected;

    private HttpVersionFilter(Ids ids) {
        this.ids = ids;
    }

    /** Installs a filter before the HTTP handler of {@code connection}. */
    static void install(HttpConnection connection, Ids ids) {
        if (connection instanceof ConnectionBase base) {
            String httpHandler = base.channelHandlerContext().name();
            base.channel().pipeline().addBefore(httpHandler, "httpVersionFilter", new HttpVersionFilter(ids));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        boolean unsupported = message instanceof HttpRequest request && !isSupported(request.protocolVersion());
        if (unsupported && !rejected && !ClosingMarker.isMarked(ctx.channel())) {
            rejected = true;
            ClosingMarker.mark(ctx.channel());
            ctx.pipeline()
                    .context("httpEncoder")
                    .writeAndFlush(Unpooled.copiedBuffer(response(), UTF_8))
                    .addListener(ChannelFutureListener.CLOSE);
        }
        if (rejected) {
            ReferenceCountUtil.release(message); // the framing of what follows cannot be trusted
        } else {
            ctx.fireChannelRead(message);
        }
    }

    /** Compares identities: Netty parses {@code http/1.1} to a version that equals HTTP/1.1, but Vert.x does not support it. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSupported(HttpVersion version) {
        return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
    }

    private String response() {
        String requestId = ids.next("req_");
        byte[] body =
                JsonWriter.buffer(new ProblemDetails().body(PROBLEM, requestId)).getBytes();
        return String.join(
                        "\r\n",
                        "HTTP/1.1 505 HTTP Version Not Supported",
                        CommonHeaders.REQUEST_ID + ": " + requestId,
                        "X-Content-Type-Options: nosniff",
                        "Cache-Control: no-store",
                        "Content-Type: application/problem+json; charset=utf-8",
                        "Connection: close",
                        "Content-Length: " + body.length)
                + "\r\n\r\n"
                + new String(body, UTF_8);
    }
}

package io.parley.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Refusal;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Answers requests of an HTTP version that is none. An answer repeats the version of its request, which cannot be done here, so this one
 * is written past the encoder.
 */
final class ForeignVersion {

    private static final Problem.Refused PROBLEM =
            new Problem.Refused(Refusal.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 is spoken here");

    private ForeignVersion() {}

    static void refuse(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase connection) {
            ByteBuf answer = Unpooled.copiedBuffer(answer(request), UTF_8);
            connection
                    .channel()
                    .pipeline()
                    .context("httpEncoder")
                    .writeAndFlush(answer)
                    .addListener(ChannelFutureListener.CLOSE);
        } else {
            request.connection().close();
        }
    }

    private static String answer(HttpServerRequest request) {
        byte[] body = Answer.encode(Problems.body(PROBLEM, Letterhead.requestId(request)))
                .getBytes();
        StringBuilder answer = new StringBuilder("HTTP/1.1 505 HTTP Version Not Supported\r\n");
        request.response()
                .headers()
                .forEach((name, value) ->
                        answer.append(name).append(": ").append(value).append("\r\n"));
        return answer.append(
                        "Content-Type: application/problem+json; charset=utf-8\r\nConnection: close\r\nContent-Length: ")
                .append(body.length)
                .append("\r\n\r\n")
                .append(new String(body, UTF_8))
                .toString();
    }
}

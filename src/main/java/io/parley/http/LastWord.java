package io.parley.http;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Marks connections that are closed behind the answer being given: what was sent behind such a request, perhaps in the same packet,
 * is neither answered nor done.
 */
final class LastWord {

    private static final AttributeKey<Boolean> GIVEN = AttributeKey.valueOf(LastWord.class, "given");

    private LastWord() {}

    /** Listen to nothing more on {@code connection}. */
    static void give(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            give(base.channel());
        }
    }

    static void give(Channel channel) {
        channel.attr(GIVEN).set(true);
    }

    static boolean given(HttpConnection connection) {
        return connection instanceof ConnectionBase base && given(base.channel());
    }

    static boolean given(Channel channel) {
        return Boolean.TRUE.equals(channel.attr(GIVEN).get());
    }
}

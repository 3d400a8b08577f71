package io.parley.persistence;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Proxies TCP between a client and a server; can close the connections or stall them silently. */
final class SwitchableProxy {

    /** What happens to traffic. */
    enum Mode {
        OPEN,
        /** All connections are closed, new ones too. */
        SHUT,
        /** All connections stay open, but no bytes are forwarded. */
        STUCK
    }

    private final Vertx vertx;
    private final int target;
    private final NetServer server;
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Mode position;

    SwitchableProxy(Vertx vertx, int target, Mode position) throws Exception {
        this.vertx = vertx;
        this.target = target;
        this.position = position;
        server = vertx.createNetServer().connectHandler(this::accept);
        server.listen(0, "127.0.0.1").await(5, TimeUnit.SECONDS);
    }

    int port() {
        return server.actualPort();
    }

    void turn(Mode next) {
        position = next;
        switch (next) {
            case OPEN -> {}
            case SHUT -> sockets.forEach(NetSocket::close);
            case STUCK -> sockets.forEach(NetSocket::pause);
        }
    }

    private void accept(NetSocket client) {
        if (position == Mode.SHUT) {
            client.close();
            return;
        }
        client.pause();
        vertx.createNetClient()
                .connect(target, "127.0.0.1")
                .onFailure(_ -> client.close())
                .onSuccess(upstream -> join(client, upstream));
    }

    private void join(NetSocket client, NetSocket upstream) {
        sockets.add(client);
        sockets.add(upstream);
        client.closeHandler(_ -> closed(client, upstream));
        upstream.closeHandler(_ -> closed(upstream, client));
        client.handler(upstream::write);
        upstream.handler(client::write);
        if (position == Mode.STUCK) {
            upstream.pause();
        } else {
            client.resume();
        }
    }

    private Future<?> closed(NetSocket socket, NetSocket other) {
        sockets.remove(socket);
        return other.close();
    }
}

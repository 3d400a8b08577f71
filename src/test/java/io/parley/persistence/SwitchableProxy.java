package io.parley.persistence;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Proxies TCP between a client and a server; can close the connections or stall them silently. */
public final class SwitchableProxy {

    /** What happens to traffic. */
    public enum Mode {
        OPEN,
        /** All connections are closed, new ones too. */
        SHUT,
        /** All connections stay open, but no bytes are forwarded. */
        STUCK
    }

    private final Vertx vertx;
    private final int targetPort;
    private final NetServer server;
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Mode mode;

    public SwitchableProxy(Vertx vertx, int targetPort, Mode mode) throws Exception {
        this.vertx = vertx;
        this.targetPort = targetPort;
        this.mode = mode;
        server = vertx.createNetServer().connectHandler(this::accept);
        server.listen(0, "127.0.0.1").await(5, TimeUnit.SECONDS);
    }

    public int port() {
        return server.actualPort();
    }

    public void switchTo(Mode next) {
        mode = next;
        switch (next) {
            case OPEN -> {}
            case SHUT -> sockets.forEach(NetSocket::close);
            case STUCK -> sockets.forEach(NetSocket::pause);
        }
    }

    private void accept(NetSocket client) {
        if (mode == Mode.SHUT) {
            client.close();
            return;
        }
        client.pause();
        vertx.createNetClient()
                .connect(targetPort, "127.0.0.1")
                .onFailure(_ -> client.close())
                .onSuccess(upstream -> pipe(client, upstream));
    }

    private void pipe(NetSocket client, NetSocket upstream) {
        sockets.add(client);
        sockets.add(upstream);
        client.closeHandler(_ -> closeBoth(client, upstream));
        upstream.closeHandler(_ -> closeBoth(upstream, client));
        client.handler(upstream::write);
        upstream.handler(client::write);
        if (mode == Mode.STUCK) {
            upstream.pause();
        } else {
            client.resume();
        }
    }

    private Future<?> closeBoth(NetSocket socket, NetSocket other) {
        sockets.remove(socket);
        return other.close();
    }
}

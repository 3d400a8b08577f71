package io.parley.architecture.planted;

import io.parley.architecture.planted.gateway.OverprivilegedVerticle;
import io.vertx.core.Vertx;

/** Starts verticles without being the one who may. */
public final class UnauthorizedStarter {
    public static void start(Vertx vertx) {
        vertx.deployVerticle(new OverprivilegedVerticle(vertx));
    }
}

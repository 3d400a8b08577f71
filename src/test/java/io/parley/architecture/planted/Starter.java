package io.parley.architecture.planted;

import io.parley.architecture.planted.gateway.SpoiltVerticle;
import io.vertx.core.Vertx;

/** Starts verticles without being the one who may. */
public final class Starter {
    public static void start(Vertx vertx) {
        vertx.deployVerticle(new SpoiltVerticle(vertx));
    }
}

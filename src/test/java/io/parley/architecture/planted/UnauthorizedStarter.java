package io.parley.architecture.planted;

import io.parley.architecture.planted.gateway.OverprivilegedVerticle;
import io.vertx.core.Vertx;

/** Violates a rule: deploys a verticle without being {@code Server}. */
public final class UnauthorizedStarter {
    public static void start(Vertx vertx) {
        vertx.deployVerticle(new OverprivilegedVerticle(vertx));
    }
}

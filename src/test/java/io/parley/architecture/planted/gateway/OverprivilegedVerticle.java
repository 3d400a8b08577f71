package io.parley.architecture.planted.gateway;

import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;

/** Violates a rule: a verticle takes the whole Vert.x. */
public final class OverprivilegedVerticle extends VerticleBase {
    public OverprivilegedVerticle(Vertx vertx) {
        vertx.getOrCreateContext();
    }
}

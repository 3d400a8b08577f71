package io.parley.architecture.planted.gateway;

import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;

/** Violates a rule: a verticle receives the whole Vert.x instance. */
public final class OverprivilegedVerticle extends VerticleBase {
    public OverprivilegedVerticle(Vertx vertx) {
        vertx.getOrCreateContext();
    }
}

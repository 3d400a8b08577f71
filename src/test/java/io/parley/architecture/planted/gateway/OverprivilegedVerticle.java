package io.parley.architecture.planted.gateway;

import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;

/** A verticle that is given the world. */
public final class OverprivilegedVerticle extends VerticleBase {
    public OverprivilegedVerticle(Vertx vertx) {
        vertx.getOrCreateContext();
    }
}

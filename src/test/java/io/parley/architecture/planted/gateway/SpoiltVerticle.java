package io.parley.architecture.planted.gateway;

import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;

/** A verticle that is given the world. */
public final class SpoiltVerticle extends VerticleBase {
    public SpoiltVerticle(Vertx world) {
        world.getOrCreateContext();
    }
}

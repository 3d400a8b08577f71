package io.parley.architecture.planted.gateway;

import io.vertx.core.Vertx;

/** Speaks on the bus by itself, and runs programs. */
final class RawEventBusUser {
    static void useEventBus(Vertx vertx) throws Exception {
        vertx.eventBus().send("somewhere", "!");
        new ProcessBuilder("true").start();
        Runtime.getRuntime().exec(new String[] {"true"});
    }
}

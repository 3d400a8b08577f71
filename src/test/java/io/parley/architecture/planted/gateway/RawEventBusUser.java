package io.parley.architecture.planted.gateway;

import io.vertx.core.Vertx;

/** Violates two rules: uses the event bus outside of {@code bus}, and starts processes. */
final class RawEventBusUser {
    static void useEventBus(Vertx vertx) throws Exception {
        vertx.eventBus().send("somewhere", "!");
        new ProcessBuilder("true").start();
        Runtime.getRuntime().exec(new String[] {"true"});
    }
}

package io.parley.architecture.planted.contract;

import io.vertx.core.json.JsonObject;

/** Violates a rule: a message depends on more than the JDK. */
public record ContractDependsOnVertx(JsonObject body) {}

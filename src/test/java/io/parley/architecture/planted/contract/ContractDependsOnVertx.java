package io.parley.architecture.planted.contract;

import io.vertx.core.json.JsonObject;

/** A message that needs more than the JDK. */
public record ContractDependsOnVertx(JsonObject body) {}

package io.parley.architecture.planted.gateway;

import io.parley.architecture.planted.provider.FeatureDependsOnStarter;
import io.vertx.ext.web.Router;

/** A feature that knows another one, and serves a route. */
public record FeatureDependsOnFeature(FeatureDependsOnStarter other, Router routes) {}

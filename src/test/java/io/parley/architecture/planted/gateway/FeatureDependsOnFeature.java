package io.parley.architecture.planted.gateway;

import io.parley.architecture.planted.provider.FeatureDependsOnStarter;
import io.vertx.ext.web.Router;

/** Violates two rules: a feature imports another feature, and uses Vert.x Web outside of http. */
public record FeatureDependsOnFeature(FeatureDependsOnStarter other, Router routes) {}

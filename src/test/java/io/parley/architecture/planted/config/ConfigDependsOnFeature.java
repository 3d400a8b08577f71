package io.parley.architecture.planted.config;

import io.parley.architecture.planted.provider.FeatureDependsOnStarter;

/** Configuration that knows a feature. */
public record ConfigDependsOnFeature(FeatureDependsOnStarter feature) {}

package io.parley.architecture.planted.config;

import io.parley.architecture.planted.provider.FeatureDependsOnStarter;

/** Violates a rule: the kernel imports a feature. */
public record ConfigDependsOnFeature(FeatureDependsOnStarter feature) {}

package io.parley.architecture.planted.provider;

import io.parley.architecture.planted.UnauthorizedStarter;

/** Violates a rule: a feature imports the root package. */
public record FeatureDependsOnStarter(UnauthorizedStarter starter) {}

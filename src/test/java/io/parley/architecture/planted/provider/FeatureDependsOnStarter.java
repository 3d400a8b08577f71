package io.parley.architecture.planted.provider;

import io.parley.architecture.planted.UnauthorizedStarter;

/** A feature that knows who starts it. */
public record FeatureDependsOnStarter(UnauthorizedStarter starter) {}

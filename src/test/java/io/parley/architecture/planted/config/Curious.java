package io.parley.architecture.planted.config;

import io.parley.architecture.planted.provider.Obsequious;

/** Configuration that knows a feature. */
public record Curious(Obsequious feature) {}

package io.parley.architecture.planted.provider;

import io.parley.architecture.planted.Starter;

/** A feature that knows who starts it. */
public record Obsequious(Starter starter) {}

package io.parley.architecture.planted.http;

/** Stands for a class that wires the sub-packages of a feature. */
public record Wiring() {}

package io.parley.architecture.planted.persistence.sqlite;

/** Stands for an adapter of the store. */
public record Adapter() {}

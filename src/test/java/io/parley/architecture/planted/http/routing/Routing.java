package io.parley.architecture.planted.http.routing;

/** Stands for a class of the routing layer. */
public record Routing() {}

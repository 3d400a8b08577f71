package io.parley.gateway.routing;

/** A provider and the model to request from it, with the provider's weight. */
public record Candidate(String provider, String model, int weight) {}

package io.parley.gateway.routing;

/** A provider, and the model it would be asked for. */
public record Candidate(String provider, String model, int weight) {}

package io.parley.gateway;

/** A provider, and the model it would be asked for. */
record Candidate(String provider, String model, int weight) {}

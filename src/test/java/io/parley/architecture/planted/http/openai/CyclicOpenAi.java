package io.parley.architecture.planted.http.openai;

import io.parley.architecture.planted.http.ai.CyclicAi;

/** Violates a rule: one half of a cycle. */
public record CyclicOpenAi(CyclicAi other) {}

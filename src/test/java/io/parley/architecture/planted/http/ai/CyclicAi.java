package io.parley.architecture.planted.http.ai;

import io.parley.architecture.planted.http.openai.CyclicOpenAi;

/** Violates a rule: one half of a cycle. */
public record CyclicAi(CyclicOpenAi other) {}

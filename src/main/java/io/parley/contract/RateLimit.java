package io.parley.contract;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A rate limit and what remains of it.
 * @param limit units per period; empty if a provider does not report it
 * @param resetAfter time until the limit is fully available again if nothing more is used
 */
public record RateLimit(OptionalLong limit, long remaining, Duration resetAfter) {}

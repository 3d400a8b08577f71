/**
 * State of each provider: circuit breaker, health probes, latency. Read {@code ProviderRegistry} first, then {@code ProviderState} and
 * {@code ProviderCircuitBreaker}.
 */
@NullMarked
package io.parley.gateway.health;

import org.jspecify.annotations.NullMarked;

/**
 * Concurrency, rates, quotas and the admission queue of one provider, rates of one API key, and the retry budget. Read
 * {@code AdmissionQueue} first, then {@code ProviderLimiter}.
 */
@NullMarked
package io.parley.gateway.limit;

import org.jspecify.annotations.NullMarked;

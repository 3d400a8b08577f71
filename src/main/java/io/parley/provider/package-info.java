/**
 * Calls one AI provider: {@code ProviderVerticle} serves its addresses. Sub-packages: {@code codec} (bytes to frames), {@code dialect}
 * (frames to signals, requests to JSON), {@code profile} (requests as a provider accepts them), {@code http} (one exchange), {@code attempt} (one call with deadlines, limits and usage). Read
 * {@code ProviderVerticle} first, then {@code attempt.Attempt} and {@code dialect.Dialect}.
 */
@NullMarked
package io.parley.provider;

import org.jspecify.annotations.NullMarked;

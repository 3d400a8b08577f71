/**
 * Calls one AI provider: {@code ProviderVerticle} serves its addresses. Sub-packages: {@code codec} (bytes to frames), {@code dialect}
 * (frames to events, requests to JSON), {@code http} (one exchange), {@code attempt} (one call with deadlines, limits and usage).
 */
@NullMarked
package io.parley.provider;

import org.jspecify.annotations.NullMarked;

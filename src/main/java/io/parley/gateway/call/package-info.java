/**
 * One request on its way to a provider: budget reservation, attempts, retries, fallback. Read {@code Dispatcher} first, then
 * {@code GatewayCall} and {@code FallbackPolicy}.
 */
@NullMarked
package io.parley.gateway.call;

import org.jspecify.annotations.NullMarked;

/**
 * Decides which provider answers a request, when, and how often it is tried. Sub-packages: {@code routing} (which), {@code limit} (when),
 * {@code health} (whether it is usable), {@code call} (one request with retries and fallback), {@code cache} (shared and cached answers).
 * Read {@code GatewayVerticle} first, then {@code call.Dispatcher} and {@code call.GatewayCall}.
 */
@NullMarked
package io.parley.gateway;

import org.jspecify.annotations.NullMarked;

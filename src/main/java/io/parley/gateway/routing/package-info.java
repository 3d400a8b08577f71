/**
 * Resolves a model selection to an ordered list of providers. Read {@code ModelRouter} first, then {@code RoutingStrategy} and its
 * implementations.
 */
@NullMarked
package io.parley.gateway.routing;

import org.jspecify.annotations.NullMarked;

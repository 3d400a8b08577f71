/**
 * The HTTP exchange with a provider. Read {@code ProviderClient} first, then {@code UpstreamExchange}.
 */
@NullMarked
package io.parley.provider.http;

import org.jspecify.annotations.NullMarked;

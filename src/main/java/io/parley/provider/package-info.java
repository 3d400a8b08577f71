/**
 * Calls AI providers. The I/O is written once; each provider format is a {@link io.parley.provider.Dialect} of pure functions. Start
 * reading at {@link io.parley.provider.ProviderVerticle}.
 */
@NullMarked
package io.parley.provider;

import org.jspecify.annotations.NullMarked;

/**
 * The store behind the bus: {@code PersistenceVerticle} opens an adapter and registers the repositories. Sub-packages, lower ones first:
 * {@code store} (the port) &lt; {@code sqlite}, {@code mongo} (adapters); {@code store} &lt; {@code run} &lt; {@code accounting} (repositories).
 * Read {@code PersistenceVerticle} first.
 */
@NullMarked
package io.parley.persistence;

import org.jspecify.annotations.NullMarked;

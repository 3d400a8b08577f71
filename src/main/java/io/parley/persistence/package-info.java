/**
 * Stores everything that outlives a process. Repositories use one narrow port, {@link io.parley.persistence.DocumentStore}, which has
 * two adapters: embedded SQLite and MongoDB. Start reading at {@link io.parley.persistence.PersistenceVerticle}.
 */
@NullMarked
package io.parley.persistence;

import org.jspecify.annotations.NullMarked;

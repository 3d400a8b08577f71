/** Repositories over one narrow {@link io.parley.persistence.DocumentStore} port, with two adapters: embedded SQLite and MongoDB. */
@NullMarked
package io.parley.persistence;

import org.jspecify.annotations.NullMarked;

/**
 * The narrow port that every adapter implements, and what is built on it alone. Read {@code DocumentStore} first, then {@code Document},
 * {@code Query} and {@code GuardedStore}.
 */
@NullMarked
package io.parley.persistence.store;

import org.jspecify.annotations.NullMarked;

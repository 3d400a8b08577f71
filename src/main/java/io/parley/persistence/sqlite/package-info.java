/**
 * The SQLite adapter: one writer thread with group commit, several reader threads. Read {@code SqliteStore} first, then
 * {@code SqliteWorker} and {@code SqlStatement}.
 */
@NullMarked
package io.parley.persistence.sqlite;

import org.jspecify.annotations.NullMarked;

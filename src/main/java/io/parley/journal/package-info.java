/** Writes, stores and serves the logs of conversations. Read {@code JournalVerticle} first, then {@code LiveRunRegistry} and {@code LogWriter}. */
@NullMarked
package io.parley.journal;

import org.jspecify.annotations.NullMarked;

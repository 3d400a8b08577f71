/** Runs conversations turn by turn; knows turns, never tokens. */
@NullMarked
package io.parley.orchestrator;

import org.jspecify.annotations.NullMarked;

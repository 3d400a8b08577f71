/** Executes conversations turn by turn. Does not handle tokens. */
@NullMarked
package io.parley.orchestrator;

import org.jspecify.annotations.NullMarked;

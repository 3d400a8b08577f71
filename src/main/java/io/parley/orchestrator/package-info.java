/**
 * Executes conversations turn by turn. Does not handle tokens. Read {@code OrchestratorVerticle} first, then {@code RunStarter},
 * {@code ChatRunner} and {@code DuoRunner}.
 */
@NullMarked
package io.parley.orchestrator;

import org.jspecify.annotations.NullMarked;

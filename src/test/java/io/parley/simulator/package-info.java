/**
 * The APIs of the providers, simulated as their own documentation and SDKs describe them, and as strict. It shares no code with the
 * server or with the other fixtures, so a mistake in how Parley understands a format cannot hide in it.
 *
 * <p>Reading order: {@link io.parley.simulator.ProviderSimulator}, {@link io.parley.simulator.SimulatedRequest}, {@link
 * io.parley.simulator.SimulatedModel}, {@link io.parley.simulator.SimulatedAnswer}, then one class for each API.
 */
@NullMarked
package io.parley.simulator;

import org.jspecify.annotations.NullMarked;

/**
 * The shared kernel: typed requests and events over the Vert.x event bus, their codec, and the numbered log with its
 * readers.
 */
@NullMarked
package io.parley.bus;

import org.jspecify.annotations.NullMarked;

/** Traces, as a collector receives them. */
@NullMarked
package io.parley.tracing;

import org.jspecify.annotations.NullMarked;

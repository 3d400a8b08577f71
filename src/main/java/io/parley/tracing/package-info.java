/** Makes spans of what is told on the bus, for OpenTelemetry. */
@NullMarked
package io.parley.tracing;

import org.jspecify.annotations.NullMarked;

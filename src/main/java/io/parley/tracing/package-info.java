/** Derives OpenTelemetry spans from the events on the bus. */
@NullMarked
package io.parley.tracing;

import org.jspecify.annotations.NullMarked;

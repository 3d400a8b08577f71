/** Derives OpenTelemetry spans from the facts on the bus. Read {@code TracingVerticle} first, then {@code SpanFactory}. */
@NullMarked
package io.parley.tracing;

import org.jspecify.annotations.NullMarked;

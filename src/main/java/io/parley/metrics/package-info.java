/** Derives Prometheus metrics from the facts on the bus. Read {@code MetricsVerticle} first, then the {@code *Meters}. */
@NullMarked
package io.parley.metrics;

import org.jspecify.annotations.NullMarked;

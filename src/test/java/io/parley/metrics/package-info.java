/** What is shown for Prometheus. */
@NullMarked
package io.parley.metrics;

import org.jspecify.annotations.NullMarked;

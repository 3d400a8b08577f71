/**
 * Starts and stops the server: reads the configuration, deploys all verticles, undeploys them in reverse order. Read {@code Server} first,
 * then {@code Main}.
 */
@NullMarked
package io.parley;

import org.jspecify.annotations.NullMarked;

/**
 * The kernel: asking, answering, telling and listening; the one codec; the numbered log and how it is read; how an answer of the gateway
 * is opened, read and restarted.
 */
@NullMarked
package io.parley.bus;

import org.jspecify.annotations.NullMarked;

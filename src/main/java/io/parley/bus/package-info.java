/** The kernel: asking, answering, telling and listening; the one codec; the numbered log and how it is followed. */
@NullMarked
package io.parley.bus;

import org.jspecify.annotations.NullMarked;

/** All that travels on the bus: sealed records, addresses and problems. The public event-bus API; imports the JDK only. */
@NullMarked
package io.parley.contract;

import org.jspecify.annotations.NullMarked;

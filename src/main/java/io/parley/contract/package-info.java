/** The public API of the event bus: sealed records, addresses and problems. Depends on the JDK only. */
@NullMarked
package io.parley.contract;

import org.jspecify.annotations.NullMarked;

/** How lines of the log are written. Whoever logs knows SLF4J only. */
@NullMarked
package io.parley.logging;

import org.jspecify.annotations.NullMarked;

/** Formats log output. Other packages use SLF4J only. */
@NullMarked
package io.parley.logging;

import org.jspecify.annotations.NullMarked;

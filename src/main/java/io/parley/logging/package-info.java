/** Formats log output. Other packages use SLF4J only. Read {@code LogbackConfigurator} first, then {@code TextLayout}. */
@NullMarked
package io.parley.logging;

import org.jspecify.annotations.NullMarked;

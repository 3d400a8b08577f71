/** The house as a whole: reads the configuration, opens in order, closes in order. */
@NullMarked
package io.parley;

import org.jspecify.annotations.NullMarked;

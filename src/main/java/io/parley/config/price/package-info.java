/**
 * Reads price lists. Read {@code PriceFile} first.
 */
@NullMarked
package io.parley.config.price;

import org.jspecify.annotations.NullMarked;

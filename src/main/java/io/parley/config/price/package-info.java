/**
 * Reads price lists. Read {@code PriceFile} first, then {@code PriceListParser} and {@code RatesParser}.
 */
@NullMarked
package io.parley.config.price;

import org.jspecify.annotations.NullMarked;

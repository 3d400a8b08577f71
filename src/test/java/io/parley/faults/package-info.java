/** What clients see of what vendors do wrong. */
@NullMarked
package io.parley.faults;

import org.jspecify.annotations.NullMarked;

/** What clients see of provider faults. */
@NullMarked
package io.parley.faults;

import org.jspecify.annotations.NullMarked;

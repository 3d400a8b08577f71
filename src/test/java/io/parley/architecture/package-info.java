/** What the packages may know of each other, as a test. */
@NullMarked
package io.parley.architecture;

import org.jspecify.annotations.NullMarked;

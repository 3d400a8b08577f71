/** What surrounds the program: how it is built, started and packed. */
@NullMarked
package io.parley.packaging;

import org.jspecify.annotations.NullMarked;

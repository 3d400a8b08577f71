/** What surrounds the program: build, start and packaging. */
@NullMarked
package io.parley.packaging;

import org.jspecify.annotations.NullMarked;

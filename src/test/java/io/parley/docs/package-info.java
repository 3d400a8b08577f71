/** Checks that the documents match the code. */
@NullMarked
package io.parley.docs;

import org.jspecify.annotations.NullMarked;

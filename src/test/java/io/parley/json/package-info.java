/** What is read from JSON and written to it. */
@NullMarked
package io.parley.json;

import org.jspecify.annotations.NullMarked;

/** What the documents say is what the code does. */
@NullMarked
package io.parley.docs;

import org.jspecify.annotations.NullMarked;

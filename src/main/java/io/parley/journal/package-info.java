/** Owns the logs of conversations: appends, hands out, stores in batches. */
@NullMarked
package io.parley.journal;

import org.jspecify.annotations.NullMarked;

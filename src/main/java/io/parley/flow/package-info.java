/** Asks a model which tasks a conversation holds, and checks what it says. */
@NullMarked
package io.parley.flow;

import org.jspecify.annotations.NullMarked;

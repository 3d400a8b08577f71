/** Extracts tasks from conversations with a model. Read {@code FlowVerticle} first. */
@NullMarked
package io.parley.flow;

import org.jspecify.annotations.NullMarked;

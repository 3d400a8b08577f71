/**
 * The shared kernel: typed requests and facts over the Vert.x event bus, their codec, and the numbered log with its
 * readers. Read {@code Bus} first, then {@code StreamLog}, {@code LogReader} and {@code AnswerSession}.
 */
@NullMarked
package io.parley.bus;

import org.jspecify.annotations.NullMarked;

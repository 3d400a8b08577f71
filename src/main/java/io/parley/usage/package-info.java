/** Keeps count of tokens and money: what was used, what it cost, what may still be spent, and how much the next prompt will be. */
@NullMarked
package io.parley.usage;

import org.jspecify.annotations.NullMarked;

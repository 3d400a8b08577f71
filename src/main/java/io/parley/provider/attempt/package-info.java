/**
 * One attempt at a provider: deadlines, assembly of the answer, usage, classification of failures. Read {@code Attempt} first.
 */
@NullMarked
package io.parley.provider.attempt;

import org.jspecify.annotations.NullMarked;

/**
 * The archive format {@code parley.run/1}: written, read back and validated. Read {@code Archive} first, then {@code EventReader} and
 * {@code EventSequenceValidator}.
 */
@NullMarked
package io.parley.export.archive;

import org.jspecify.annotations.NullMarked;

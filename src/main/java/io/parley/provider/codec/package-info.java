/**
 * Splits a provider's response bytes into frames: SSE and NDJSON. Pure functions of bytes. Read {@code StreamDecoder} first.
 */
@NullMarked
package io.parley.provider.codec;

import org.jspecify.annotations.NullMarked;

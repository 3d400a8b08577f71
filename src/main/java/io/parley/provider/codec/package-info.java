/**
 * Splits a provider's response bytes into frames: server-sent events and JSON. Pure functions of bytes. Read {@code StreamDecoder} first,
 * then {@code BodyDecoder}.
 */
@NullMarked
package io.parley.provider.codec;

import org.jspecify.annotations.NullMarked;

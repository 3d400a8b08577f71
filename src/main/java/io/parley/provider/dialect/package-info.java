/**
 * The wire formats of providers as pure functions: request bodies, signals, errors. Read {@code Dialect} first, then
 * {@code OpenAiDialect} and {@code OpenAiMessageWriter}.
 */
@NullMarked
package io.parley.provider.dialect;

import org.jspecify.annotations.NullMarked;

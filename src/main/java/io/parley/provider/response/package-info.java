/**
 * What providers send, read event by event: content, tool calls, usage, ends and errors in every form that is in use. Read
 * {@code Signal} first, then {@code OpenAiChunkReader}; {@code ProviderErrorBody} reads errors.
 */
@NullMarked
package io.parley.provider.response;

import org.jspecify.annotations.NullMarked;

/**
 * The built-in demo provider: Parley can be tried without a key and without the network. Read {@code DemoProvider} first, then
 * {@code CompletionRequest} and {@code ReplyGenerator}; {@code EmbeddingResponse} for embeddings.
 */
@NullMarked
package io.parley.demo;

import org.jspecify.annotations.NullMarked;

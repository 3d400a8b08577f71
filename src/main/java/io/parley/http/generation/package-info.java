/**
 * Stateless generation, independent of a wire format: one request through the gateway, its answer streamed or collected. The formats
 * in {@code ai}, {@code openai} and {@code anthropic} plug in an {@code AnswerEventWriter}. Read {@code GenerationService} first.
 */
@NullMarked
package io.parley.http.generation;

import org.jspecify.annotations.NullMarked;

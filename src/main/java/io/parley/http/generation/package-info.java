/**
 * Stateless generation, independent of a wire format: runs one request through the gateway and streams or collects its answer. The formats
 * in {@code ai}, {@code openai} and {@code anthropic} read a {@code Translation} and plug in an
 * {@code AnswerEventWriter}. Read {@code GenerationService} first.
 */
@NullMarked
package io.parley.http.generation;

import org.jspecify.annotations.NullMarked;

/**
 * OpenAI's wire format under {@code /v1}: request bodies, streamed chunks, responses, errors. Read {@code OpenAiRoutes} first, then
 * {@code OpenAiBody}, {@code OpenAiMessages} and {@code OpenAiSse}.
 */
@NullMarked
package io.parley.http.openai;

import org.jspecify.annotations.NullMarked;

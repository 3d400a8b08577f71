/**
 * Anthropic's wire format under {@code /v1/messages}: request bodies, streamed events, responses, errors. Read {@code AnthropicRoutes}
 * first, then {@code AnthropicBody} and {@code AnthropicSse}.
 */
@NullMarked
package io.parley.http.anthropic;

import org.jspecify.annotations.NullMarked;

/**
 * OpenAI's responses under {@code /v1/responses}: request bodies with their items, response objects, streamed events, stored responses.
 * Read {@code ResponsesRoutes} first, then {@code ResponsesBody} and {@code InputItemParser} for the request, {@code OutputAssembler} and
 * {@code ResponsesSse} for the answer, and {@code ResponseStore}.
 */
@NullMarked
package io.parley.http.responses;

import org.jspecify.annotations.NullMarked;

/**
 * Parley's own format of stateless generation under {@code /api/v1/ai}. Read {@code AiRoutes} first.
 */
@NullMarked
package io.parley.http.ai;

import org.jspecify.annotations.NullMarked;

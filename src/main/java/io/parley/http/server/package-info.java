/**
 * The HTTP server below the routes: connection pipeline, request heads, request state, errors, drain state. Does not know any route or
 * body. Read {@code HardenedHttpServer} first (the pipeline), then {@code RequestValidator}, {@code RequestState} and {@code FailureHandler}.
 */
@NullMarked
package io.parley.http.server;

import org.jspecify.annotations.NullMarked;

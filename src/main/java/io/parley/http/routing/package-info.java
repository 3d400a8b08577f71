/**
 * What every route is built from: the route table, body reading, callers, CORS, pagination, responses. Knows no feature.
 * Read {@code RouteTable} first, then {@code RequestCaller}, {@code AuthHandler} and {@code BodyReader}.
 */
@NullMarked
package io.parley.http.routing;

import org.jspecify.annotations.NullMarked;

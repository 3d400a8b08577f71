/**
 * The building blocks of routes: route table, body reading, authentication, CORS, pagination, responses. Does not know any feature.
 * Read {@code RouteTable} first, then {@code RequestCaller}, {@code AuthHandler} and {@code BodyReader}.
 */
@NullMarked
package io.parley.http.routing;

import org.jspecify.annotations.NullMarked;

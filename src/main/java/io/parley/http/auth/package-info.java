/**
 * Verifies credentials behind the bus: one verticle, three kinds of credential in the sub-packages {@code jwt}, {@code password} and
 * {@code apikey}. Does not know HTTP routes. Read {@code AuthVerticle} first.
 */
@NullMarked
package io.parley.http.auth;

import org.jspecify.annotations.NullMarked;

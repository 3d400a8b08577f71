/**
 * Verifies credentials over the bus. The three kinds of credential are in the sub-packages {@code jwt}, {@code password} and
 * {@code apikey}. Does not know HTTP routes. Read {@code AuthVerticle} first.
 */
@NullMarked
package io.parley.http.auth;

import org.jspecify.annotations.NullMarked;

/** Tests of how callers are known. */
@NullMarked
package io.parley.http.auth;

import org.jspecify.annotations.NullMarked;

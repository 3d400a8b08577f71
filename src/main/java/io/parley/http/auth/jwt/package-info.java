/**
 * Bearer tokens: parsing, signature and claim checks, and the cached key set of the identity server. Read {@code TokenAuthenticator}
 * first, then {@code ClaimsValidator}, {@code JwksCache} and {@code JwksClient}.
 */
@NullMarked
package io.parley.http.auth.jwt;

import org.jspecify.annotations.NullMarked;

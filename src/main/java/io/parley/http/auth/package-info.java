/** Who a bearer token speaks for: the shape of tokens, what they claim, and the keys they are signed with. Knows nothing of HTTP requests. */
@NullMarked
package io.parley.http.auth;

import org.jspecify.annotations.NullMarked;

/**
 * Who a credential speaks for: the shape of tokens, what they claim and the keys they are signed with; passwords and their hash.
 * Knows nothing of HTTP requests.
 */
@NullMarked
package io.parley.http.auth;

import org.jspecify.annotations.NullMarked;

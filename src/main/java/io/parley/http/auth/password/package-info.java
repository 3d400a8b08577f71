/**
 * HTTP Basic authentication against a bcrypt hash, on threads of its own, with a limit on failed logins. Read
 * {@code PasswordAuthenticator} first.
 */
@NullMarked
package io.parley.http.auth.password;

import org.jspecify.annotations.NullMarked;

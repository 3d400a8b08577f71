/**
 * API keys of programs: cached lookups and a limit on lookups of unknown keys. Read {@code ApiKeyCache} first.
 */
@NullMarked
package io.parley.http.auth.apikey;

import org.jspecify.annotations.NullMarked;

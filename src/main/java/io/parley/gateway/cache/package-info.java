/**
 * Cached answers and answers shared by identical requests in flight. Read {@code CachingDispatcher} first, then {@code SharedAnswer}.
 */
@NullMarked
package io.parley.gateway.cache;

import org.jspecify.annotations.NullMarked;

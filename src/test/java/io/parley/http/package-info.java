/** Tests of the public port over real sockets. */
@NullMarked
package io.parley.http;

import org.jspecify.annotations.NullMarked;

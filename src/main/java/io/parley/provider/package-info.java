/** Speaks with AI vendors: vendor I/O written once, a vendor is a dialect of pure functions. */
@NullMarked
package io.parley.provider;

import org.jspecify.annotations.NullMarked;

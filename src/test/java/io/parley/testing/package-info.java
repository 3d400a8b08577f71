/** Fixtures shared by the tests of all packages: real sockets, no mocks. */
@NullMarked
package io.parley.testing;

import org.jspecify.annotations.NullMarked;

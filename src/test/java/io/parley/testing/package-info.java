/** What tests of all packages share: real sockets, no mocks. */
@NullMarked
package io.parley.testing;

import org.jspecify.annotations.NullMarked;

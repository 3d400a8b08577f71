/** The built-in vendor: everything can be tried without a key and without the network. */
@NullMarked
package io.parley.demo;

import org.jspecify.annotations.NullMarked;

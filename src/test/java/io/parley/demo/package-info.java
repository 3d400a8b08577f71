@NullMarked
package io.parley.demo;

import org.jspecify.annotations.NullMarked;

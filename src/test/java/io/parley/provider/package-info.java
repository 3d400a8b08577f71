@NullMarked
package io.parley.provider;

import org.jspecify.annotations.NullMarked;

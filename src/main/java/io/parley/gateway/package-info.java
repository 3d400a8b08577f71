/** Which vendor answers, when, and how often. */
@NullMarked
package io.parley.gateway;

import org.jspecify.annotations.NullMarked;

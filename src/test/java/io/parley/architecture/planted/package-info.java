/** Classes that violate the architecture rules, one or two rules each, to prove that the rules detect violations. */
@NullMarked
package io.parley.architecture.planted;

import org.jspecify.annotations.NullMarked;

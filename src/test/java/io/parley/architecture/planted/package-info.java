/** A sham house whose every part breaks a rule, to see that the rules notice. */
@NullMarked
package io.parley.architecture.planted;

import org.jspecify.annotations.NullMarked;

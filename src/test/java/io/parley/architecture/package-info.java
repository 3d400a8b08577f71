/** Architecture rules as tests: dependencies between packages, sizes, names. Read {@code ArchitectureRules} first. */
@NullMarked
package io.parley.architecture;

import org.jspecify.annotations.NullMarked;

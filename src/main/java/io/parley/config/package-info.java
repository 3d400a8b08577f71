/** The configuration as a tree of records: what exists is valid. */
@NullMarked
package io.parley.config;

import org.jspecify.annotations.NullMarked;

/** Official clients of other formats, against a whole server with scripted vendors behind it. */
@NullMarked
package io.parley.compatible;

import org.jspecify.annotations.NullMarked;

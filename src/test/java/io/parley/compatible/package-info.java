/** Official SDKs of other formats, against a whole server with scripted providers. */
@NullMarked
package io.parley.compatible;

import org.jspecify.annotations.NullMarked;

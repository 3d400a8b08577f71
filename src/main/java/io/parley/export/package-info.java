/**
 * Exports runs as documents and imports archives, over the bus. Sub-packages: {@code archive} (JSON, both ways), {@code document}
 * (Markdown, plain text), {@code pdf}. Read {@code ExportVerticle} first.
 */
@NullMarked
package io.parley.export;

import org.jspecify.annotations.NullMarked;

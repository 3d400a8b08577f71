/** Conversations as documents (JSON, Markdown, plain text, PDF), and JSON back as conversations. */
@NullMarked
package io.parley.export;

import org.jspecify.annotations.NullMarked;

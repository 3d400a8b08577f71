/**
 * Transcripts as readable documents. Read {@code TranscriptDocument} first, then {@code Markdown} and {@code PlainText}.
 */
@NullMarked
package io.parley.export.document;

import org.jspecify.annotations.NullMarked;

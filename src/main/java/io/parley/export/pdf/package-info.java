/**
 * Transcripts as PDF, with font fallback per character. Read {@code Pdf} first, then {@code PdfTextLayout}.
 */
@NullMarked
package io.parley.export.pdf;

import org.jspecify.annotations.NullMarked;

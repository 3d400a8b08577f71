package io.parley.export.document;

import io.parley.export.document.TranscriptDocument.Property;
import io.parley.export.document.TranscriptDocument.Section;

/** Writes a transcript as plain text. Indents messages, so that only lines of the document itself begin at the left edge. */
public final class PlainText {

    private static final String INDENT = "    ";

    private PlainText() {}

    public static String write(TranscriptDocument transcript) {
        StringBuilder out = new StringBuilder();
        underline(out, transcript.title(), '=');
        for (Property property : transcript.properties()) {
            out.append(property.name()).append(": ").append(property.value()).append('\n');
        }
        for (Section section : transcript.sections()) {
            out.append('\n');
            underline(out, section.heading(), '-');
            if (!section.details().isEmpty()) {
                out.append(section.details()).append('\n');
            }
            out.append('\n');
            for (String line : TextSanitizer.lines(section.text())) {
                out.append((INDENT + line).stripTrailing()).append('\n');
            }
        }
        return out.toString();
    }

    private static void underline(StringBuilder out, String heading, char character) {
        int width = Math.max(3, heading.codePointCount(0, heading.length()));
        out.append(heading)
                .append('\n')
                .append(String.valueOf(character).repeat(width))
                .append('\n');
    }
}

package io.parley.export;

import io.parley.export.TranscriptDocument.Property;
import io.parley.export.TranscriptDocument.Section;

/** Minutes as plain text. Only we begin a line at its left edge: what was said is indented. */
final class PlainText {

    private static final String INDENT = "    ";

    private PlainText() {}

    static String write(TranscriptDocument minutes) {
        StringBuilder out = new StringBuilder();
        underlined(out, minutes.title(), '=');
        for (Property fact : minutes.facts()) {
            out.append(fact.name()).append(": ").append(fact.value()).append('\n');
        }
        for (Section part : minutes.parts()) {
            out.append('\n');
            underlined(out, part.heading(), '-');
            if (!part.details().isEmpty()) {
                out.append(part.details()).append('\n');
            }
            out.append('\n');
            for (String line : TextSanitizer.lines(part.text())) {
                out.append((INDENT + line).stripTrailing()).append('\n');
            }
        }
        return out.toString();
    }

    private static void underlined(StringBuilder out, String heading, char with) {
        int width = Math.max(3, heading.codePointCount(0, heading.length()));
        out.append(heading)
                .append('\n')
                .append(String.valueOf(with).repeat(width))
                .append('\n');
    }
}

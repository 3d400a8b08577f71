package io.parley.export.document;

import io.parley.export.document.TranscriptDocument.Property;
import io.parley.export.document.TranscriptDocument.Section;
import java.util.regex.Pattern;

/**
 * Writes a transcript as Markdown. Puts each message into a block quote and a code fence longer than any fence in it, so that no
 * renderer takes it for a heading, a link or HTML.
 */
public final class Markdown {

    private static final int MIN_FENCE_LENGTH = 3;
    private static final Pattern SPECIAL =
            Pattern.compile("[\\\\`*\\[\\]<>&~#|]|(?<![\\p{L}\\p{N}])_|_(?![\\p{L}\\p{N}])");
    private static final Pattern FENCES = Pattern.compile("`{" + MIN_FENCE_LENGTH + ",}");

    private Markdown() {}

    public static String write(TranscriptDocument transcript) {
        StringBuilder out = new StringBuilder();
        out.append("# ").append(escape(transcript.title())).append("\n\n");
        for (Property property : transcript.properties()) {
            out.append("- ")
                    .append(property.name())
                    .append(": ")
                    .append(escape(property.value()))
                    .append('\n');
        }
        for (Section section : transcript.sections()) {
            out.append("\n## ").append(escape(section.heading())).append("\n\n");
            if (!section.details().isEmpty()) {
                out.append('*').append(escape(section.details())).append("*\n\n");
            }
            quote(out, section.text());
        }
        return out.toString();
    }

    private static void quote(StringBuilder out, String text) {
        int longest = FENCES.matcher(text)
                .results()
                .mapToInt(run -> run.end() - run.start())
                .max()
                .orElse(0);
        String fence = "`".repeat(Math.max(MIN_FENCE_LENGTH, longest + 1));
        out.append("> ").append(fence).append("text\n");
        for (String line : TextSanitizer.lines(text)) {
            out.append("> ").append(line).append('\n');
        }
        out.append("> ").append(fence).append('\n');
    }

    /** Escapes text from clients and models inside a line of the document. */
    private static String escape(String line) {
        return SPECIAL.matcher(line).replaceAll("\\\\$0");
    }
}

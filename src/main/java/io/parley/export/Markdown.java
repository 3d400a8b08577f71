package io.parley.export;

import io.parley.export.TranscriptDocument.Property;
import io.parley.export.TranscriptDocument.Section;
import java.util.regex.Pattern;

/**
 * Minutes as Markdown. What was said stands in a fence that is longer than any in it, and in a quotation besides: no reader, however
 * simple, can take it for one of our headings, for a link or for HTML.
 */
final class Markdown {

    private static final int SHORTEST_FENCE = 3;
    private static final Pattern SPECIAL =
            Pattern.compile("[\\\\`*\\[\\]<>&~#|]|(?<![\\p{L}\\p{N}])_|_(?![\\p{L}\\p{N}])");
    private static final Pattern FENCES = Pattern.compile("`{" + SHORTEST_FENCE + ",}");

    private Markdown() {}

    static String write(TranscriptDocument minutes) {
        StringBuilder out = new StringBuilder();
        out.append("# ").append(escaped(minutes.title())).append("\n\n");
        for (Property fact : minutes.facts()) {
            out.append("- ")
                    .append(fact.name())
                    .append(": ")
                    .append(escaped(fact.value()))
                    .append('\n');
        }
        for (Section part : minutes.parts()) {
            out.append("\n## ").append(escaped(part.heading())).append("\n\n");
            if (!part.details().isEmpty()) {
                out.append('*').append(escaped(part.details())).append("*\n\n");
            }
            quote(out, part.text());
        }
        return out.toString();
    }

    private static void quote(StringBuilder out, String text) {
        int longest = FENCES.matcher(text)
                .results()
                .mapToInt(run -> run.end() - run.start())
                .max()
                .orElse(0);
        String fence = "`".repeat(Math.max(SHORTEST_FENCE, longest + 1));
        out.append("> ").append(fence).append("text\n");
        for (String line : TextSanitizer.lines(text)) {
            out.append("> ").append(line).append('\n');
        }
        out.append("> ").append(fence).append('\n');
    }

    /** Words of others in the middle of a line of ours: nothing in them means anything. */
    private static String escaped(String line) {
        return SPECIAL.matcher(line).replaceAll("\\\\$0");
    }
}

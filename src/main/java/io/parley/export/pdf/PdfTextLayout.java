package io.parley.export.pdf;

import java.awt.Color;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.openpdf.text.Chunk;
import org.openpdf.text.Font;
import org.openpdf.text.Phrase;
import org.openpdf.text.pdf.BaseFont;

/**
 * Lays out the text of one document, each character in the first font that has it. Replaces characters without a font
 * with a box and counts them for a note in the document.
 */
final class PdfTextLayout {

    private static final int PLACEHOLDER = 0x25a1;
    private static final int ARABIC_SHAPE = 0xfedf;
    private static final String NO_BREAK = "\u00a0";
    private static final String TAB = "    ";
    private static final int MAX_EXAMPLES = 12;
    /** Line breaking takes time quadratic in the length of a piece. */
    private static final int MAX_PIECE_LENGTH = 2_000;

    /** The text styles of a document. */
    enum Style {
        TITLE(17, true, 0x000000),
        HEADING(12, true, 0x000000),
        DETAILS(8.5f, false, 0x666666),
        TEXT(10.5f, false, 0x000000);

        private final float size;
        private final boolean bold;
        private final int color;

        Style(float size, boolean bold, int color) {
            this.size = size;
            this.bold = bold;
            this.color = color;
        }

        float leading() {
            return size * 1.4f;
        }
    }

    private final Map<Style, List<Font>> fonts = new EnumMap<>(Style.class);
    private final SortedSet<Integer> missing = new TreeSet<>();
    private long placeholderCount;

    PdfTextLayout(PdfFonts fonts) {
        for (Style style : Style.values()) {
            List<BaseFont> faces = style.bold ? fonts.bold() : fonts.plain();
            this.fonts.put(
                    style,
                    faces.stream()
                            .map(face -> new Font(face, style.size, Font.NORMAL, new Color(style.color)))
                            .toList());
        }
    }

    /** One line of text. */
    Phrase line(String line, Style style) {
        List<Font> faces = fonts.getOrDefault(style, List.of());
        Phrase phrase = new Phrase(style.leading());
        phrase.setFont(faces.getFirst());
        StringBuilder run = new StringBuilder();
        int currentFace = 0;
        for (PrimitiveIterator.OfInt codePoints = displayText(line).codePoints().iterator(); codePoints.hasNext(); ) {
            int c = codePoints.nextInt();
            int faceIndex = faceIndex(faces, c);
            int nextFace = Math.max(faceIndex, 0);
            if (nextFace != currentFace) {
                add(phrase, run, faces.get(currentFace));
                currentFace = nextFace;
            }
            run.appendCodePoint(faceIndex < 0 ? placeholder(c) : c);
        }
        add(phrase, run, faces.get(currentFace));
        return phrase;
    }

    private static void add(Phrase phrase, StringBuilder run, Font face) {
        if (!run.isEmpty()) {
            pieces(run.toString(), MAX_PIECE_LENGTH)
                    .forEach(piece ->
                            phrase.add(new Chunk(piece, face).setTextRise(0))); // an attribute prevents merging
            run.setLength(0);
        }
    }

    /** A note about the boxes; empty if there are no boxes. */
    Optional<String> note() {
        if (placeholderCount == 0) {
            return Optional.empty();
        }
        String examples = missing.stream()
                .limit(MAX_EXAMPLES)
                .map(c -> String.format(Locale.ROOT, "U+%04X", c))
                .collect(Collectors.joining(", "));
        return Optional.of(Character.toString(PLACEHOLDER) + " stands for a character that no font of this server has: "
                + placeholderCount + " in this document, " + missing.size() + " of them different (" + examples
                + (missing.size() > MAX_EXAMPLES ? ", \u2026" : "")
                + "). The operator of the server can add a font with export.pdf-font; the exports as .txt, .md and"
                + " .json contain all characters.");
    }

    /** The index of the first font with the character; -1 if no font has it. */
    private static int faceIndex(List<Font> faces, int c) {
        for (int i = 0; i < faces.size(); i++) {
            if (supports(faces.get(i).getBaseFont(), c)) {
                return i;
            }
        }
        return -1;
    }

    /** Arabic letters are drawn in shapes that depend on their neighbours; a font needs those as well. */
    private static boolean supports(BaseFont face, int c) {
        boolean arabic = c >= 0x0620 && c <= 0x064a;
        return face.charExists(c) && (!arabic || face.charExists(ARABIC_SHAPE));
    }

    private int placeholder(int c) {
        placeholderCount++;
        missing.add(c);
        return PLACEHOLDER;
    }

    /** Composes characters (NFC), keeps the indentation and removes invisible characters. */
    private static String displayText(String line) {
        String composed = Normalizer.normalize(line.replace("\t", TAB), Normalizer.Form.NFC);
        String stripped = composed.stripLeading();
        StringBuilder display = new StringBuilder(NO_BREAK.repeat(composed.length() - stripped.length()));
        stripped.codePoints().filter(c -> !invisible(c)).forEach(display::appendCodePoint);
        return display.toString();
    }

    /** Joiners, direction marks and variation selectors. */
    private static boolean invisible(int c) {
        return Character.getType(c) == Character.FORMAT
                || (c >= 0xfe00 && c <= 0xfe0f)
                || (c >= 0xe0100 && c <= 0xe01ef);
    }

    /** Splits {@code line} into pieces of at most {@code maxLength} characters, at spaces if possible. */
    static List<String> pieces(String line, int maxLength) {
        List<String> pieces = new ArrayList<>();
        String rest = line;
        while (rest.length() > maxLength) {
            int blank = rest.lastIndexOf(' ', maxLength - 1);
            int cut = blank > maxLength / 2 ? blank + 1 : surrogateSafeCut(rest, maxLength);
            pieces.add(rest.substring(0, cut));
            rest = rest.substring(cut);
        }
        pieces.add(rest);
        return pieces;
    }

    private static int surrogateSafeCut(String text, int cut) {
        return Character.isLowSurrogate(text.charAt(cut)) && Character.isHighSurrogate(text.charAt(cut - 1))
                ? cut - 1
                : cut;
    }
}

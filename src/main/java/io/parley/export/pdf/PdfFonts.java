package io.parley.export.pdf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.openpdf.text.Chunk;
import org.openpdf.text.Document;
import org.openpdf.text.Font;
import org.openpdf.text.pdf.BaseFont;
import org.openpdf.text.pdf.PdfWriter;

/**
 * Holds the fonts of PDFs: the built-in one, plain and bold, then the configured ones in order. Not thread-safe: a font reads from
 * its file while a document is written.
 */
public record PdfFonts(List<BaseFont> plain, List<BaseFont> bold) {

    private static final int MAX_SAMPLE_CODE_POINT = 0x1ffff;

    public PdfFonts {
        plain = List.copyOf(plain);
        bold = List.copyOf(bold);
    }

    /** No fonts; the value before {@link #load}. */
    public static final PdfFonts NONE = new PdfFonts(List.of(), List.of());

    /** Loads the fonts. Fails with the name of a file that cannot be used. */
    public static PdfFonts load(List<Path> files) {
        List<BaseFont> extra = new ArrayList<>();
        for (Path file : files) {
            extra.add(loadVerified(file));
        }
        List<BaseFont> plain = new ArrayList<>(List.of(builtIn("LiberationSans-Regular.ttf")));
        List<BaseFont> bold = new ArrayList<>(List.of(builtIn("LiberationSans-Bold.ttf")));
        plain.addAll(extra);
        bold.addAll(extra);
        return new PdfFonts(plain, bold);
    }

    private static BaseFont builtIn(String name) {
        try (InputStream in = Objects.requireNonNull(BaseFont.class.getResourceAsStream("/liberation/" + name), name)) {
            return font(name, in.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Embeds one character, because some fonts can be read but not embedded, such as bitmap fonts. */
    private static BaseFont loadVerified(Path file) {
        try {
            BaseFont font = font(file.getFileName().toString(), Files.readAllBytes(file));
            Document document = new Document();
            PdfWriter.getInstance(document, new ByteArrayOutputStream());
            document.open();
            document.add(new Chunk(sampleCharacter(font), new Font(font)));
            document.close();
            return font;
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("export.pdf-font: cannot embed the font " + file, e);
        }
    }

    private static String sampleCharacter(BaseFont font) {
        for (int c = '!'; c < MAX_SAMPLE_CODE_POINT; c++) {
            if (font.charExists(c)) {
                return Character.toString(c);
            }
        }
        throw new IllegalStateException("the font has no characters");
    }

    /** Reads a font; of a collection, its first font. */
    private static BaseFont font(String name, byte[] bytes) throws IOException {
        String lower = name.toLowerCase(Locale.ROOT);
        return BaseFont.createFont(
                lower.endsWith(".ttc") ? lower + ",0" : lower,
                BaseFont.IDENTITY_H,
                BaseFont.EMBEDDED,
                BaseFont.NOT_CACHED,
                bytes,
                null);
    }
}

package io.parley.export;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.openpdf.text.pdf.BaseFont;

/** Writes TrueType fonts with chosen characters; the glyphs are arbitrary. */
public final class TestFont {

    private static final int HEADER = 12;
    private static final int ENTRY = 16;
    private static final int CMAP = 0x636d6170;
    private static final int ANY_GLYPH = 36;

    private TestFont() {}

    /** Writes the built-in font with another character table to {@code file}. */
    public static Path write(Path file, int... characters) throws IOException {
        ByteBuffer font;
        try (InputStream in =
                Objects.requireNonNull(BaseFont.class.getResourceAsStream("/liberation/LiberationSans-Regular.ttf"))) {
            font = ByteBuffer.wrap(in.readAllBytes());
        }
        byte[] cmap = cmap(IntStream.of(characters).sorted().toArray());
        for (int at = HEADER; at < HEADER + font.getShort(4) * ENTRY; at += ENTRY) {
            if (font.getInt(at) == CMAP) {
                font.putInt(at + 8, font.capacity()).putInt(at + 12, cmap.length);
            }
        }
        ByteArrayOutputStream patched = new ByteArrayOutputStream();
        patched.write(font.array());
        patched.write(cmap);
        return Files.write(file, patched.toByteArray());
    }

    /** Format 12: groups of characters with the glyph of the first character. */
    private static byte[] cmap(int... characters) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(0);
        out.writeShort(1);
        out.writeShort(3);
        out.writeShort(10);
        out.writeInt(12);
        out.writeShort(12);
        out.writeShort(0);
        out.writeInt(16 + characters.length * 12);
        out.writeInt(0);
        out.writeInt(characters.length);
        for (int character : characters) {
            out.writeInt(character);
            out.writeInt(character);
            out.writeInt(ANY_GLYPH + 1 + Arrays.binarySearch(characters, character));
        }
        return bytes.toByteArray();
    }
}

package io.parley.export.pdf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.contract.Problem;
import io.parley.contract.ProblemException;
import io.parley.contract.RunEvent;
import io.parley.contract.RunStatus;
import io.parley.export.SampleLogs;
import io.parley.export.TestFont;
import io.parley.export.document.TranscriptDocument;
import io.parley.export.document.TranscriptDocument.Section;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PdfTest {

    private static final String PLACEHOLDER = "\u25a1";

    @TempDir
    private Path folder;

    @Test
    @DisplayName("a PDF has a heading for each turn with speaker, model, time and usage, and page numbers")
    void headings() throws Exception {
        List<RunEvent> events = SampleLogs.duoEvents(SampleLogs.duo(3), "tea, I say", "coffee");
        events.add(SampleLogs.ended(RunStatus.COMPLETED, 2));
        TranscriptDocument transcript =
                TranscriptDocument.of(SampleLogs.fullLog(SampleLogs.duo(3), events, RunStatus.COMPLETED));
        String text = text(Pdf.write(PdfFonts.load(List.of()), "run_1", transcript));
        assertThat(text)
                .contains("tea or coffee?\nRun: run_1\nStatus: completed (turns)\n")
                .contains("Turn 1: Tea (bot0)\nopenai/tea-1 · 2026-11-21T10:00:03Z · 10 tokens in (2 cached), 20 out"
                        + " (3 for reasoning), $0.000123 · ended by stop\ntea, I say\n")
                .contains("Turn 2: Coffee (bot1)\n")
                .contains("Page 1 of 1")
                .doesNotContain(PLACEHOLDER, "About this document");
    }

    @Test
    @DisplayName("Latin, Cyrillic and Greek have glyphs; CJK and emoji are shown as boxes, and a note says so")
    void builtIn() throws Exception {
        String text = text(pdf("naïve “quotes” Ελληνικά Привет é\n中文 😀!"));
        assertThat(text)
                .contains("naïve “quotes” Ελληνικά Привет é\n")
                .contains(PLACEHOLDER + PLACEHOLDER + " " + PLACEHOLDER + "!")
                .contains("About this document")
                .contains("3 in this document, 3 of them different (U+4E2D, U+6587, U+1F600)");
    }

    @Test
    @DisplayName("a configured font is tried after the built-in one, for each character")
    void moreFonts() throws Exception {
        Path font = TestFont.write(folder.resolve("more.ttf"), 0x4e2d, 0x6587, 0x1f600, 'A');
        String text = text(Pdf.write(PdfFonts.load(List.of(font)), "run_1", transcript("A中x文B 😀😀 \ud83d ру́с 日")));
        assertThat(text)
                .contains("A中x文B 😀😀 " + PLACEHOLDER + " ру́с " + PLACEHOLDER)
                .contains("2 in this document, 2 of them different (U+65E5, U+FFFD)");
    }

    @Test
    @DisplayName("joiners and variation selectors need no glyph")
    void invisible() throws Exception {
        Path font = TestFont.write(folder.resolve("more.ttf"), 0x2764, 0x1f468);
        assertThat(text(Pdf.write(PdfFonts.load(List.of(font)), "r", transcript("❤\ufe0f 👨\u200d👨 \u202ex"))))
                .contains("❤ 👨👨 x")
                .doesNotContain(PLACEHOLDER);
    }

    @Test
    @DisplayName("Hebrew is set from right to left, also with emoji")
    void rightToLeft() throws Exception {
        Path font = TestFont.write(folder.resolve("more.ttf"), 0x1f600);
        String text = text(Pdf.write(PdfFonts.load(List.of(font)), "r", transcript("שלום 😀 עולם")));
        assertThat(text).contains("שלום").contains("עולם").doesNotContain(PLACEHOLDER);
    }

    @Test
    @DisplayName("a font that cannot be used is rejected when fonts are loaded, by name")
    void noFont() throws Exception {
        Path noise = Files.writeString(folder.resolve("noise.ttf"), "this is no font");
        assertThatThrownBy(() -> PdfFonts.load(List.of(noise)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("export.pdf-font")
                .hasMessageContaining("noise.ttf");
        Path empty = TestFont.write(folder.resolve("empty.ttf"));
        assertThatThrownBy(() -> PdfFonts.load(List.of(empty))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("fifty turns of ten thousand characters are written in full, with an outline")
    void long50() throws Exception {
        List<Section> parts = new ArrayList<>();
        for (int turn = 0; turn < 50; turn++) {
            parts.add(new Section(
                    "Turn " + turn, "x", ("word" + turn + " ").repeat(2000).substring(0, 10_000)));
        }
        byte[] pdf = Pdf.write(PdfFonts.load(List.of()), "run_1", new TranscriptDocument("long", List.of(), parts));
        open(pdf, document -> {
            int pages = document.getNumberOfPages();
            assertThat(pages).isGreaterThan(90);
            List<String> outline = new ArrayList<>();
            for (PDOutlineItem item :
                    document.getDocumentCatalog().getDocumentOutline().children()) {
                outline.add(item.getTitle());
            }
            assertThat(outline).hasSize(50).startsWith("Turn 0", "Turn 1");
            String text = strip(document);
            assertThat(text).contains("Page 1 of " + pages, "Page " + pages + " of " + pages);
            assertThat(text.split("word49 ?", -1)).hasSizeGreaterThan(1400);
        });
    }

    @Test
    @DisplayName("a word longer than a line is wrapped, not cut off")
    void endless() throws Exception {
        String text = text(pdf("abcdefghij".repeat(1500))).replace("\n", "");
        assertThat(text.replaceAll("Page \\d+ of \\d+ ?run_1", "").contains("abcdefghij".repeat(1500)))
                .isTrue();
    }

    @Test
    @DisplayName("a long paragraph fills all its lines but the last")
    void filled() throws Exception {
        List<String> lines = text(pdf("and so on ".repeat(2_000)))
                .lines()
                .filter(line -> line.contains("and so on"))
                .toList();
        assertThat(lines).hasSizeGreaterThan(100);
        assertThat(lines.subList(0, lines.size() - 1))
                .allSatisfy(line -> assertThat(line.length()).isGreaterThan(70));
    }

    @Test
    @DisplayName("text that is too long is rejected before the PDF is built")
    void tooLong() {
        assertThatThrownBy(() -> pdf("x".repeat(8_000_001)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        failure -> assertThat(failure.problem()).isInstanceOf(Problem.Conflict.class));
    }

    @Test
    @DisplayName("long lines are split at spaces where possible, and never inside a surrogate pair")
    void pieces() {
        assertThat(PdfTextLayout.pieces("aaaa bbbb cccc", 12)).containsExactly("aaaa bbbb ", "cccc");
        assertThat(PdfTextLayout.pieces("abcdefgh", 3)).containsExactly("abc", "def", "gh");
        assertThat(PdfTextLayout.pieces("ab😀cd", 3)).containsExactly("ab", "😀c", "d");
        assertThat(PdfTextLayout.pieces("", 3)).containsExactly("");
    }

    private static byte[] pdf(String text) {
        return Pdf.write(PdfFonts.load(List.of()), "run_1", transcript(text));
    }

    private static TranscriptDocument transcript(String text) {
        return new TranscriptDocument("title", List.of(), List.of(new Section("Turn 1", "", text)));
    }

    private static String text(byte[] pdf) throws IOException {
        String[] text = new String[1];
        open(pdf, document -> text[0] = strip(document));
        return text[0];
    }

    private static void open(byte[] pdf, Consumer<PDDocument> inspect) throws IOException {
        try (PDDocument document = Loader.loadPDF(pdf)) {
            inspect.accept(document);
        }
    }

    private static String strip(PDDocument document) {
        try {
            return new PDFTextStripper()
                    .getText(document)
                    .replace("\r", "")
                    .replace("\u00a0", " ")
                    .replaceAll("[ \n]*\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

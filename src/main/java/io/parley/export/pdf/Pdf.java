package io.parley.export.pdf;

import io.parley.contract.Problem;
import io.parley.export.document.TextSanitizer;
import io.parley.export.document.TranscriptDocument;
import io.parley.export.document.TranscriptDocument.Property;
import io.parley.export.document.TranscriptDocument.Section;
import io.parley.export.pdf.PdfTextLayout.Style;
import java.io.ByteArrayOutputStream;
import java.text.Bidi;
import org.openpdf.text.Document;
import org.openpdf.text.PageSize;
import org.openpdf.text.Paragraph;
import org.openpdf.text.Phrase;
import org.openpdf.text.Rectangle;
import org.openpdf.text.pdf.PdfDestination;
import org.openpdf.text.pdf.PdfOutline;
import org.openpdf.text.pdf.PdfPCell;
import org.openpdf.text.pdf.PdfPTable;
import org.openpdf.text.pdf.PdfWriter;

/** Writes a transcript as PDF. Slow: must not run on an event loop. */
public final class Pdf {

    private static final int MAX_TEXT_LENGTH = 8_000_000;
    private static final float MARGIN = 56;
    private static final float INDENT = 14;
    private static final float MIN_SECTION_SPACE = 80;

    private final Document document = new Document(PageSize.A4, MARGIN, MARGIN, MARGIN, MARGIN);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PdfWriter writer;
    private final PdfTextLayout text;

    private Pdf(PdfFonts fonts, String run, String title) {
        writer = PdfWriter.getInstance(document, out);
        text = new PdfTextLayout(fonts);
        document.addTitle(title);
        document.addCreator("Parley");
        document.open();
        writer.setPageEvent(new PageNumberFooter(writer, fonts.plain().getFirst(), run));
    }

    public static byte[] write(PdfFonts fonts, String run, TranscriptDocument transcript) {
        long length = transcript.sections().stream()
                .mapToLong(section -> section.text().length())
                .sum();
        if (length > MAX_TEXT_LENGTH) {
            throw new Problem.Conflict("the conversation is too long for a PDF; export it as .txt or .md")
                    .toException();
        }
        return new Pdf(fonts, run, transcript.title()).render(transcript);
    }

    private byte[] render(TranscriptDocument transcript) {
        add(transcript.title(), Style.TITLE, 0, 10);
        for (Property property : transcript.properties()) {
            add(property.name() + ": " + property.value(), Style.DETAILS, 0, 0);
        }
        transcript.sections().forEach(this::addSection);
        text.note().ifPresent(note -> {
            startSection();
            add("About this document", Style.HEADING, 0, 2);
            add(note, Style.DETAILS, 0, 0);
        });
        document.close();
        return out.toByteArray();
    }

    private void addSection(Section section) {
        startSection();
        new PdfOutline(
                writer.getDirectContent().getRootOutline(),
                new PdfDestination(PdfDestination.FITH, writer.getVerticalPosition(true)),
                section.heading());
        add(section.heading(), Style.HEADING, 0, 1);
        if (!section.details().isEmpty()) {
            add(section.details(), Style.DETAILS, 0, 4);
        }
        for (String line : TextSanitizer.lines(section.text())) {
            add(line, Style.TEXT, INDENT, 0);
        }
    }

    /** Begins a new page if a heading would stand alone at the foot of this one. */
    private void startSection() {
        if (writer.getVerticalPosition(true) < document.bottom() + MIN_SECTION_SPACE) {
            document.newPage();
        } else {
            add("", Style.HEADING, 0, 0);
        }
    }

    private void add(String line, Style style, float indent, float spacingAfter) {
        Phrase phrase = text.line(line.isBlank() ? "\u00a0" : line, style);
        if (Bidi.requiresBidi(line.toCharArray(), 0, line.length())) {
            boolean rightToLeft = !new Bidi(line, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT).baseIsLeftToRight();
            document.add(bidiTable(phrase, style, indent, rightToLeft));
            return;
        }
        Paragraph paragraph = new Paragraph(phrase);
        paragraph.setLeading(style.leading());
        paragraph.setIndentationLeft(indent);
        paragraph.setSpacingAfter(spacingAfter);
        document.add(paragraph);
    }

    /** OpenPDF supports right-to-left text only in table cells. */
    private static PdfPTable bidiTable(Phrase phrase, Style style, float indent, boolean rightToLeft) {
        PdfPCell cell = new PdfPCell(phrase);
        cell.setBorder(Rectangle.NO_BORDER);
        cell.setPadding(0);
        cell.setPaddingLeft(indent);
        cell.setLeading(style.leading(), 0);
        cell.setRunDirection(rightToLeft ? PdfWriter.RUN_DIRECTION_RTL : PdfWriter.RUN_DIRECTION_LTR);
        PdfPTable table = new PdfPTable(1);
        table.setWidthPercentage(100);
        table.addCell(cell);
        return table;
    }
}

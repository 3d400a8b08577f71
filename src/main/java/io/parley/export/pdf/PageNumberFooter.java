package io.parley.export.pdf;

import org.openpdf.text.Document;
import org.openpdf.text.Rectangle;
import org.openpdf.text.pdf.BaseFont;
import org.openpdf.text.pdf.PdfContentByte;
import org.openpdf.text.pdf.PdfPageEventHelper;
import org.openpdf.text.pdf.PdfTemplate;
import org.openpdf.text.pdf.PdfWriter;

/** Writes the page number and the number of pages at the foot of each page. Fills in the latter when the document is closed. */
final class PageNumberFooter extends PdfPageEventHelper {

    private static final float SIZE = 8.5f;
    private static final float HEIGHT = 28;
    private static final float GREY = 0.4f;

    private final BaseFont font;
    private final String document;
    private final PdfTemplate total;

    /** @param document the name that is printed on each page */
    PageNumberFooter(PdfWriter writer, BaseFont font, String document) {
        this.font = font;
        this.document = document;
        this.total = writer.getDirectContent().createTemplate(60, SIZE * 2);
        this.total.setBoundingBox(new Rectangle(0, -SIZE, 60, SIZE));
    }

    @Override
    public void onEndPage(PdfWriter writer, Document page) {
        PdfContentByte canvas = writer.getDirectContent();
        String number = "Page " + writer.getPageNumber() + " of ";
        write(canvas, number, page.left());
        canvas.addTemplate(total, page.left() + font.getWidthPoint(number, SIZE), HEIGHT);
        write(canvas, document, page.right() - font.getWidthPoint(document, SIZE));
    }

    @Override
    public void onCloseDocument(PdfWriter writer, Document page) {
        total.beginText();
        total.setGrayFill(GREY);
        total.setFontAndSize(font, SIZE);
        total.showText(Integer.toString(writer.getPageNumber() - 1));
        total.endText();
    }

    private void write(PdfContentByte canvas, String text, float x) {
        canvas.saveState();
        canvas.beginText();
        canvas.setGrayFill(GREY);
        canvas.setFontAndSize(font, SIZE);
        canvas.setTextMatrix(x, HEIGHT);
        canvas.showText(text);
        canvas.endText();
        canvas.restoreState();
    }
}

package io.parley.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Configures exported documents.
 *
 * @param pdfFonts font files used, in this order, for characters that the built-in font lacks
 */
public record ExportConfig(List<Path> pdfFonts) {

    private static final String PDF_FONT = "export.pdf-font";

    public ExportConfig {
        pdfFonts = List.copyOf(pdfFonts);
        ConfigErrors errors = new ConfigErrors();
        for (Path font : pdfFonts) {
            errors.checkSetting(
                    font.toString().toLowerCase(Locale.ROOT).matches(".*\\.(ttf|otf|ttc)"),
                    PDF_FONT,
                    "must list files that end with .ttf, .otf or .ttc");
            errors.checkSetting(
                    Files.isRegularFile(font) && Files.isReadable(font),
                    PDF_FONT,
                    "names a file that cannot be read: check that it exists and that this user may read it");
        }
        errors.throwIfAny();
    }
}

package io.parley.contract;

import java.util.Optional;

/** One part of a message's content, in the order in which the model reads them. */
public sealed interface ContentPart {

    /**
     * The estimated tokens of what is not text, whose number only the provider knows: a picture, of low or of usual detail, a document, a
     * recording. Texts are counted by themselves.
     */
    default long attachmentTokens() {
        return switch (this) {
            case Text _ -> 0;
            case Image image -> image.detail().filter("low"::equals).isPresent() ? 100 : 1_000;
            case Document _ -> 3_000;
            case Audio _ -> 1_000;
        };
    }

    /** A text. */
    record Text(String text) implements ContentPart {}

    /**
     * A picture.
     * @param detail the resolution at which the model looks at it, for example {@code low}, if the client chose one
     */
    record Image(Source source, Optional<String> detail) implements ContentPart {}

    /**
     * A document, for example a PDF.
     * @param name its file name or title, if known
     */
    record Document(Source source, Optional<String> name) implements ContentPart {}

    /** A recording; {@code format} is for example {@code wav}. */
    record Audio(String format, String base64) implements ContentPart {}

    /** Where the bytes of a part are. */
    sealed interface Source {}

    /** Bytes in the message itself, in Base64. {@code mediaType} is for example {@code image/png}. */
    record Inline(String mediaType, String base64) implements Source {}

    /** An https URL, which the provider fetches; the server never does. */
    record Remote(String url) implements Source {}
}

package io.parley.contract;

/** Conversations as documents, and back. */
public sealed interface ExportMessage extends Message {

    /** What kinds of document there are. */
    enum Format {
        /** Whole, and readable by {@link Import}. */
        JSON("application/json"),
        MD("text/markdown; charset=utf-8"),
        TXT("text/plain; charset=utf-8"),
        PDF("application/pdf");

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }

        public String contentType() {
            return contentType;
        }

        /** As written outward, and the end of a file's name: {@code md}. */
        public String wire() {
            return WireName.of(this);
        }
    }

    /** Write {@code user}'s run as a document, as far as it has come. */
    record Export(String user, String run, Format format) implements ExportMessage {}

    /** The document. {@code fileName} is safe everywhere; nobody changes the bytes. */
    @SuppressWarnings("ArrayRecordComponent") // a document is never compared
    record Exported(byte[] bytes, String contentType, String fileName) implements ExportMessage {}

    /**
     * Read a document of the format {@code parley.run/1} as a new run of {@code origin.user()}, which has ended. Answered with
     * {@link Problem.Malformed} or {@link Problem.Invalid} when it is none.
     */
    record Import(Origin origin, String json) implements ExportMessage {}

    /** The new run, and how it ended. */
    record Imported(String run, RunStatus status) implements ExportMessage {}
}

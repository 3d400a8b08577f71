package io.parley.contract;

/** Requests and replies of document export and import. */
public sealed interface ExportMessage extends Message {

    /** The document formats. */
    enum Format {
        /** Lossless; can be read by {@link Import}. */
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

        /** The lower-case name used in the API and as the file extension: {@code md}. */
        public String wireName() {
            return WireName.of(this);
        }
    }

    /** Exports {@code user}'s run as a document, complete up to its current state. */
    record Export(String user, String run, Format format) implements ExportMessage {}

    /** The exported document. {@code fileName} contains only safe characters. Receivers must not modify the bytes. */
    @SuppressWarnings("ArrayRecordComponent") // documents are never compared
    record Exported(byte[] bytes, String contentType, String fileName) implements ExportMessage {}

    /**
     * Imports a document of the format {@code parley.run/1} as a new, ended run of {@code origin.user()}. Fails with
     * {@link Problem.Malformed} or {@link Problem.Invalid} when the document is not valid.
     */
    record Import(RequestContext requestContext, String json) implements ExportMessage {}

    /** The id of the new run and its final status. */
    record Imported(String run, RunStatus status) implements ExportMessage {}
}

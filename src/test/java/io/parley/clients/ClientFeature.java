package io.parley.clients;

import java.util.stream.Stream;

/** What is tried with every client library, in the order of the table's columns. */
enum ClientFeature {
    TEXT("text"),
    STREAM("stream"),
    TOOLS("tools"),
    STREAMED_TOOLS("streamed tools"),
    SCHEMA("JSON schema"),
    PICTURE("picture"),
    THINKING("thinking"),
    EMBEDDINGS("embeddings"),
    USAGE("usage"),
    ERRORS("errors");

    private final String title;

    ClientFeature(String title) {
        this.title = title;
    }

    /** Returns its name in tables and in the output of scripts. */
    String title() {
        return title;
    }

    static ClientFeature of(String title) {
        return Stream.of(values())
                .filter(feature -> feature.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown feature " + title));
    }
}

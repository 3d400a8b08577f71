package io.parley.config;

/** Configures logging. */
public record LogConfig(Format format, Level level) {

    /** One line of text for people, or one JSON object for machines. */
    public enum Format {
        TEXT,
        JSON
    }

    /** The lowest level that is written. */
    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }
}

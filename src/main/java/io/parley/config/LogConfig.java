package io.parley.config;

/** How the server logs. */
public record LogConfig(Format format, Level level) {

    /** One line for people, or one object for machines. */
    public enum Format {
        TEXT,
        JSON
    }

    /** The least important line that is written. */
    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }
}

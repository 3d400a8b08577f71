package io.parley.config;

/** How the server logs. */
public record LogConfig(Format format, String level) {
    public enum Format {
        TEXT,
        JSON
    }
}

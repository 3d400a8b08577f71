package io.parley.config;

/** Holds a value that must not be logged: its string form hides it. */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "***";
    }
}

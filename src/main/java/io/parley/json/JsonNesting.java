package io.parley.json;

/** Follows the nesting of JSON text, one character or byte of UTF-8 at a time, to find where an object or array ends. */
public final class JsonNesting {

    private int depth;
    private boolean inString;
    private boolean escaped;

    /** Adds the next character; returns whether it ends the outermost object or array. */
    public boolean ends(int next) {
        if (inString) {
            inString = escaped || next != '"';
            escaped = !escaped && next == '\\';
            return false;
        }
        switch (next) {
            case '"' -> inString = true;
            case '{', '[' -> depth++;
            case '}', ']' -> {
                depth--;
                return depth == 0;
            }
            default -> {} // scalars, separators and blanks
        }
        return false;
    }

    /** Whether an object or array has begun and not ended. */
    public boolean inside() {
        return depth > 0;
    }
}

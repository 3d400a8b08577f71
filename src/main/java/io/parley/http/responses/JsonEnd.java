package io.parley.http.responses;

/** Finds the end of a JSON object or list that arrives in fragments. Does not check its syntax. */
final class JsonEnd {

    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean reached;

    /** Whether the object has ended; only whitespace may follow. */
    boolean reached() {
        return reached;
    }

    void read(String fragment) {
        for (int i = 0; i < fragment.length(); i++) {
            read(fragment.charAt(i));
        }
    }

    private void read(char c) {
        if (inString) {
            inString = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
            reached = depth == 0;
        }
    }
}

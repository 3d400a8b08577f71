package io.parley.http.routing;

import java.util.List;

/**
 * The maximum sizes of request bodies.
 * @param bytes of all other routes
 * @param promptBytes of chats and of the stateless routes in the server's own format
 * @param v1Bytes of the routes under {@code /v1}, where images and documents are part of a request
 */
public record BodyLimits(int bytes, int promptBytes, int v1Bytes) {

    private static final List<String> PROMPT_PATHS = List.of("/api/v1/conversations/stream", "/api/v1/ai/", "/ai/");

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    /** The same limit for all routes. */
    public BodyLimits(int bytes) {
        this(bytes, bytes, bytes);
    }

    int of(String path) {
        if (path.startsWith("/v1/")) {
            return v1Bytes;
        }
        return PROMPT_PATHS.stream().anyMatch(path::startsWith) ? promptBytes : bytes;
    }

    /** {@code bytes} in the largest unit that divides them: {@code 32 MiB}. */
    static String describe(int bytes) {
        if (bytes % MIB == 0) {
            return bytes / MIB + " MiB";
        }
        return bytes % KIB == 0 ? bytes / KIB + " KiB" : bytes + " bytes";
    }
}

package io.parley.http.routing;

/**
 * The maximum sizes of request bodies.
 * @param bytes of all routes except those under {@code /v1}
 * @param v1Bytes of the routes under {@code /v1}, where pictures and documents are part of a request
 */
public record BodyLimits(int bytes, int v1Bytes) {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    /** The same limit for all routes. */
    public BodyLimits(int bytes) {
        this(bytes, bytes);
    }

    int of(String path) {
        return path.startsWith("/v1/") ? v1Bytes : bytes;
    }

    /** {@code bytes} in the largest unit that divides them: {@code 32 MiB}. */
    static String describe(int bytes) {
        if (bytes % MIB == 0) {
            return bytes / MIB + " MiB";
        }
        return bytes % KIB == 0 ? bytes / KIB + " KiB" : bytes + " bytes";
    }
}

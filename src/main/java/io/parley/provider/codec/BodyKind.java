package io.parley.provider.codec;

/** Tells a JSON document from a stream by its first bytes, because media types are often wrong. */
public final class BodyKind {

    private BodyKind() {}

    /** Whether a body that begins with {@code bytes} is a JSON document, not server-sent events. */
    public static boolean isDocument(byte[] bytes) {
        for (byte next : bytes) {
            if (!BodyDecoder.precedesBody(next)) {
                return next == '{' || next == '[';
            }
        }
        return false;
    }
}

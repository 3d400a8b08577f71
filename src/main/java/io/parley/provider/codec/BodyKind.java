package io.parley.provider.codec;

/** Tells a JSON document from a stream by its first bytes, because media types are often wrong. */
public final class BodyKind {

    private BodyKind() {}

    /** Whether a body that begins with {@code bytes} is a JSON document, not server-sent events. */
    public static boolean isDocument(byte[] bytes) {
        for (int at = SseDecoder.afterByteOrderMark(bytes, 0, bytes.length); at < bytes.length; at++) {
            byte next = bytes[at];
            if (next != ' ' && next != '\t' && next != '\r' && next != '\n') {
                return next == '{' || next == '[';
            }
        }
        return false;
    }
}

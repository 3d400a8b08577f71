package io.parley.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A span as it was received.
 *
 * @param attributes strings, numbers and booleans as text; lists as their concatenated items
 */
record ReceivedSpan(
        String traceId,
        String spanId,
        String parent,
        String name,
        int kind,
        boolean error,
        Map<String, String> attributes) {

    private static final int SERVER = 2;

    boolean server() {
        return kind == SERVER;
    }

    /** Parses the spans of an {@code ExportTraceServiceRequest}. */
    static List<ReceivedSpan> spans(byte[] request) {
        List<ReceivedSpan> spans = new ArrayList<>();
        forEachField(
                request,
                (resource, _) -> forEachField(resource, (scope, field) -> {
                    if (field == 2) {
                        forEachField(scope, (span, inner) -> {
                            if (inner == 2) {
                                spans.add(span(span));
                            }
                        });
                    }
                }));
        return spans;
    }

    private static ReceivedSpan span(byte[] bytes) {
        Map<Integer, String> ids = new HashMap<>(Map.of(4, ""));
        Map<String, String> attributes = new HashMap<>();
        String[] name = {""};
        int[] kindAndStatus = {0, 0};
        forEachField(bytes, (value, field) -> {
            switch (field) {
                case 1, 2, 4 -> ids.put(field, HexFormat.of().formatHex(value));
                case 5 -> name[0] = new String(value, UTF_8);
                case 6 -> kindAndStatus[0] = (int) number(value);
                case 9 -> attribute(value, attributes);
                case 15 ->
                    forEachField(value, (status, inner) -> {
                        if (inner == 3) {
                            kindAndStatus[1] = (int) number(status);
                        }
                    });
                default -> {}
            }
        });
        return new ReceivedSpan(
                ids.getOrDefault(1, ""),
                ids.getOrDefault(2, ""),
                ids.getOrDefault(4, ""),
                name[0],
                kindAndStatus[0],
                kindAndStatus[1] == 2,
                attributes);
    }

    private static void attribute(byte[] bytes, Map<String, String> attributes) {
        String[] pair = {"", ""};
        forEachField(
                bytes, (value, field) -> pair[field - 1] = field == 1 ? new String(value, UTF_8) : anyValue(value));
        attributes.put(pair[0], pair[1]);
    }

    private static String anyValue(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        forEachField(bytes, (value, field) -> {
            switch (field) {
                case 1 -> text.append(new String(value, UTF_8));
                case 5 -> forEachField(value, (item, _) -> text.append(anyValue(item)));
                default -> text.append(number(value));
            }
        });
        return text.toString();
    }

    private static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    /** Calls {@code field} for each field of a message; numbers are passed as eight bytes. */
    private static void forEachField(byte[] message, BiConsumer<byte[], Integer> field) {
        ByteBuffer in = ByteBuffer.wrap(message);
        while (in.hasRemaining()) {
            long tag = varint(in);
            byte[] value = switch ((int) (tag & 7)) {
                case 0 -> ByteBuffer.allocate(8).putLong(varint(in)).array();
                case 1 -> bytes(in, 8);
                case 2 -> bytes(in, (int) varint(in));
                case 5 -> bytes(in, 4);
                default -> throw new IllegalArgumentException("not a protobuf message");
            };
            field.accept(value, (int) (tag >>> 3));
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}

package io.parley.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.parley.contract.Problem;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the values of one JSON object in its bytes, so that single ones can be replaced and all others stay byte for byte. Creates no
 * tree. The bytes must have been checked before: of a repeated name, the last one counts.
 */
public final class JsonSpans {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1000)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** The bytes {@code [from, to)} of a value, its kind, and where the name before it begins. */
    public record Span(int nameFrom, int from, int to, JsonToken token) {

        /** Whether the value is an object. */
        public boolean isObject() {
            return token == JsonToken.START_OBJECT;
        }
    }

    private final Map<String, Span> values = new LinkedHashMap<>();
    private int start;
    private int end;

    private JsonSpans() {}

    /** The values of the object in {@code bytes}. */
    public static JsonSpans of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** The values of the object in the bytes {@code [from, to)}. Positions are counted from the beginning of {@code bytes}. */
    public static JsonSpans of(byte[] bytes, int from, int to) {
        JsonSpans spans = new JsonSpans();
        try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
            spans.read(parser, from);
            return spans;
        } catch (IOException e) {
            throw new Problem.Malformed("invalid_json", "the body is not a JSON object").toException();
        }
    }

    private void read(JsonParser parser, int offset) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new Problem.Malformed("invalid_json", "the body must be one JSON object").toException();
        }
        start = offset + (int) parser.currentLocation().getByteOffset();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            int nameFrom = offset + (int) parser.currentTokenLocation().getByteOffset();
            JsonToken token = parser.nextToken();
            int from = offset + (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            parser.finishToken();
            values.put(
                    name,
                    new Span(
                            nameFrom,
                            from,
                            offset + (int) parser.currentLocation().getByteOffset(),
                            token));
        }
        end = offset + (int) parser.currentTokenLocation().getByteOffset();
    }

    /** The value of {@code name}; empty if the object has none. */
    public Optional<Span> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** The position after the opening brace. */
    int start() {
        return start;
    }

    /** The position of the closing brace. */
    int end() {
        return end;
    }

    /** The bytes {@code [from, to)} of a member with the comma that separates it, so that the rest stays valid. */
    int[] member(Span span) {
        int next = end;
        int previous = start;
        for (Span other : values.values()) {
            if (other.nameFrom() > span.nameFrom()) {
                next = Math.min(next, other.nameFrom());
            } else if (other.to() < span.nameFrom()) {
                previous = Math.max(previous, other.to());
            }
        }
        return next < end ? new int[] {span.nameFrom(), next} : new int[] {previous, span.to()};
    }

    /** Whether the object has no value. */
    boolean isEmpty() {
        return values.isEmpty();
    }
}

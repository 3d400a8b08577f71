package io.parley.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Lets only such JSON in as every reader understands in the same way: strict UTF-8, strict syntax, nothing twice, nothing deep. What
 * is well written and still cannot be meant (a number that is none, a half character) becomes a mistake with a pointer to it.
 */
final class JsonGate {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonFactory OURS = strict(32, 65_536);
    private static final JsonFactory FOREIGN = strict(128, 1 << 20);

    private final JsonParser parser;
    private final Mistakes mistakes;
    private final boolean strict;

    private JsonGate(JsonParser parser, Mistakes mistakes, boolean strict) {
        this.parser = parser;
        this.mistakes = mistakes;
        this.strict = strict;
    }

    /** The fields of the one object that {@code body} spells. */
    static Fields object(byte[] body) {
        return fields(body, OURS, true);
    }

    /** The same in a format that is not ours: texts may be as long and schemas as deep as they come, and what nobody reads is let be. */
    static Fields foreign(byte[] body) {
        return fields(body, FOREIGN, false);
    }

    private static JsonFactory strict(int depth, int longest) {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(depth)
                        .maxNumberLength(40)
                        .maxStringLength(longest)
                        .maxNameLength(128)
                        .build())
                .build();
    }

    private static Fields fields(byte[] body, JsonFactory json, boolean strict) {
        CharBuffer text = decode(body);
        Mistakes mistakes = new Mistakes();
        try (JsonParser parser = json.createParser(text.array(), text.arrayOffset(), text.length())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw malformed("the body must be one JSON object");
            }
            ObjectNode root = new JsonGate(parser, mistakes, strict).object("");
            if (parser.nextToken() != null) {
                throw malformed("nothing may follow the JSON object");
            }
            return new Fields("", root, mistakes, strict);
        } catch (IOException e) {
            throw malformed("the body is not strict JSON");
        }
    }

    /** The text of a body that somebody else will read as JSON. */
    static String text(byte[] body) {
        return decode(body).toString();
    }

    private static CharBuffer decode(byte[] body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException e) {
            throw new Problem.Malformed("invalid_utf8", "the body is not UTF-8").toException();
        }
    }

    private ObjectNode object(String pointer) throws IOException {
        ObjectNode object = NODES.objectNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            String name = parser.currentName();
            boolean readable = Text.readable(name);
            if (!readable) {
                mistakes.add(pointer, "text", "a field has a name that is no text");
            }
            parser.nextToken();
            JsonNode value = value(readable ? Mistakes.under(pointer, name) : pointer);
            object.set(name, value);
        }
        return object;
    }

    private ArrayNode array(String pointer) throws IOException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(pointer + "/" + array.size()));
        }
        return array;
    }

    private JsonNode value(String pointer) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(pointer);
            case START_ARRAY -> array(pointer);
            case VALUE_STRING -> text(pointer);
            case VALUE_NUMBER_INT -> integer(pointer);
            case VALUE_NUMBER_FLOAT -> decimal(pointer);
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw malformed("the body is not strict JSON");
        };
    }

    private JsonNode text(String pointer) throws IOException {
        String text = parser.getText();
        if (strict ? !Text.readable(text) : !Text.sendable(text)) {
            mistakes.add(pointer, "text", "must not hold control characters or halves of characters");
        }
        return NODES.textNode(text);
    }

    private JsonNode integer(String pointer) throws IOException {
        if (parser.getText().equals("-0")) {
            mistakes.add(pointer, "number", "must be a plain number");
        }
        return NODES.numberNode(parser.getBigIntegerValue());
    }

    private JsonNode decimal(String pointer) throws IOException {
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value) || Double.doubleToRawLongBits(value) == Long.MIN_VALUE) {
            mistakes.add(pointer, "number", "must be a plain number");
        }
        return NODES.numberNode(value);
    }

    private static RuntimeException malformed(String detail) {
        return new Problem.Malformed("invalid_json", detail).toException();
    }
}

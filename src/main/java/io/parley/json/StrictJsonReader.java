package io.parley.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Reads one JSON object without ambiguity: strict UTF-8, strict syntax, no duplicate names, nothing after the object, and limits on
 * depth and on the length of names, numbers and strings. A well-formed but unusable value (a number out of range, a lone surrogate)
 * becomes a violation with a pointer to it. Does not limit the total size.
 */
public final class StrictJsonReader {

    private static final int MAX_NAME_LENGTH = 128;
    private static final int MAX_NUMBER_LENGTH = 40;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final JsonFactory SMALL = factory(32, 65_536, MAX_NAME_LENGTH);
    /** A string may contain a whole file; the limit of the body is its limit. */
    private static final JsonFactory REQUEST = factory(32, Integer.MAX_VALUE, MAX_NAME_LENGTH);
    /** As {@link #REQUEST}, and tool schemas are deep, with long names. */
    private static final JsonFactory COMPATIBLE = factory(128, Integer.MAX_VALUE, 65_536);
    /** A stored response nests the request that it repeats. */
    private static final JsonFactory COMPATIBLE_DOCUMENT = factory(130, Integer.MAX_VALUE, 65_536);
    /** An exported answer is one string, up to the maximum size of an import. */
    private static final JsonFactory DOCUMENT = factory(32, 8 << 20, MAX_NAME_LENGTH);

    private final JsonParser parser;
    private final Violations violations;
    private final Predicate<String> characters;

    private StrictJsonReader(JsonParser parser, Violations violations, Predicate<String> characters) {
        this.parser = parser;
        this.violations = violations;
        this.characters = characters;
    }

    /** Reads a request in Parley's own format: unknown fields are violations, and strings must be printable. */
    public static JsonFields request(byte[] body) {
        Violations violations = new Violations();
        return new JsonFields("", read(REQUEST, utf8(body), violations, TextRule::isPrintable), violations, true);
    }

    /**
     * Reads a request in a format of another API: unknown fields are ignored, {@code null} means absent, strings may be longer and
     * need only be sendable.
     */
    public static JsonFields compatibleRequest(byte[] body) {
        Violations violations = new Violations();
        return new JsonFields("", read(COMPATIBLE, utf8(body), violations, TextRule::isSendable), violations, false);
    }

    /** Reads a document in a format of another API that Parley has written: as {@link #compatibleRequest}, but strings may be long. */
    public static JsonFields compatibleDocument(String text) {
        Violations violations = new Violations();
        return new JsonFields("", read(COMPATIBLE_DOCUMENT, text, violations, _ -> true), violations, false);
    }

    /** Reads a document that Parley has written: as {@link #request}, but strings may be long and contain lone surrogates. */
    public static JsonFields document(String text) {
        Violations violations = new Violations();
        return new JsonFields("", read(DOCUMENT, text, violations, _ -> true), violations, true);
    }

    /** Reads a small object as a tree, such as the claims of a token; fails at once if there are violations. */
    public static ObjectNode tree(byte[] bytes) {
        Violations violations = new Violations();
        ObjectNode root = read(SMALL, utf8(bytes), violations, TextRule::isPrintable);
        violations.throwIfAny();
        return root;
    }

    /** {@code bytes} as text; fails if they are not UTF-8. */
    public static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Problem.Malformed("invalid_utf8", "the body is not UTF-8").toException();
        }
    }

    private static JsonFactory factory(int maxDepth, int maxStringLength, int maxNameLength) {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .maxStringLength(maxStringLength)
                        .maxNameLength(maxNameLength)
                        .build())
                .build();
    }

    private static ObjectNode read(JsonFactory json, String text, Violations violations, Predicate<String> characters) {
        try (JsonParser parser = json.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw malformed("the body must be one JSON object");
            }
            ObjectNode root = new StrictJsonReader(parser, violations, characters).object("");
            if (parser.nextToken() != null) {
                throw malformed("nothing may follow the JSON object");
            }
            return root;
        } catch (StreamConstraintsException e) {
            throw malformed(exceeded(json.streamReadConstraints(), String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw malformed("the body is not strict JSON");
        }
    }

    private ObjectNode object(String pointer) throws IOException {
        ObjectNode object = NODES.objectNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            String name = parser.currentName();
            boolean printable = TextRule.isPrintable(name);
            if (!printable) {
                violations.add(pointer, "text", "a field name contains control characters or unpaired surrogates");
            }
            parser.nextToken();
            JsonNode value = value(printable ? Violations.pointer(pointer, name) : pointer);
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
        if (!characters.test(text)) {
            violations.add(pointer, TextRule.PRINTABLE.name(), TextRule.PRINTABLE.message());
        }
        return NODES.textNode(text);
    }

    private JsonNode integer(String pointer) throws IOException {
        if (parser.getText().equals("-0")) {
            violations.add(pointer, "number", "must be a plain number");
        }
        return switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(parser.getBigIntegerValue());
        };
    }

    private JsonNode decimal(String pointer) throws IOException {
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value) || Double.doubleToRawLongBits(value) == Long.MIN_VALUE) {
            violations.add(pointer, "number", "must be a plain number");
        }
        return NODES.numberNode(value);
    }

    /** Says which limit the document exceeds; the parser says it in words of its own. */
    private static String exceeded(StreamReadConstraints limits, String cause) {
        String start = cause.toLowerCase(Locale.ROOT);
        if (start.contains("depth")) {
            return "the body is nested deeper than " + limits.getMaxNestingDepth() + " levels";
        }
        if (start.startsWith("number")) {
            return "a number has more than " + limits.getMaxNumberLength() + " characters";
        }
        if (start.startsWith("name") || start.startsWith("property")) {
            return "a field name has more than " + limits.getMaxNameLength() + " characters";
        }
        return "a string has more than " + limits.getMaxStringLength() + " characters";
    }

    private static RuntimeException malformed(String detail) {
        return new Problem.Malformed("invalid_json", detail).toException();
    }
}

package io.parley.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.Problem;
import java.util.regex.Pattern;

/** JSON as text and as a tree: strict when it is read; an entry of a list on each line, and no character lost, when it is written. */
final class StrictJson {

    /** Two halves that belong together are one code point, and none of these. */
    private static final Pattern HALF = Pattern.compile("[\\ud800-\\udfff]");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxNumberLength(40)
                            .maxNameLength(128)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private StrictJson() {}

    /** The one object that {@code text} spells. */
    static ObjectNode read(String text) {
        try {
            JsonNode root = JSON.readTree(text);
            if (root instanceof ObjectNode object) {
                return object;
            }
            throw malformed("the document must be one JSON object");
        } catch (JsonProcessingException e) {
            throw malformed("the document is not strict JSON");
        }
    }

    /** Halves of characters become escapes: UTF-8 cannot hold them. They are nowhere but in strings. */
    static String write(ObjectNode object) {
        try {
            String text = JSON.writer(new DefaultPrettyPrinter()
                            .withObjectIndenter(new DefaultPrettyPrinter.NopIndenter())
                            .withArrayIndenter(new DefaultIndenter("", "\n")))
                    .writeValueAsString(object);
            return HALF.matcher(text)
                    .replaceAll(half ->
                            String.format("\\\\u%04x", (int) half.group().charAt(0)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RuntimeException malformed(String detail) {
        return new Problem.Malformed("invalid_json", detail).toException();
    }
}

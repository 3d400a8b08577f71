package io.parley.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.regex.Pattern;

/** Writes JSON trees as text and as bytes. */
public final class JsonWriter {

    private static final ObjectWriter LINE = new JsonMapper().writer();
    private static final ObjectWriter DOCUMENT = new JsonMapper()
            .writer(new DefaultPrettyPrinter()
                    .withObjectIndenter(new DefaultPrettyPrinter.NopIndenter())
                    .withArrayIndenter(new DefaultIndenter("", "\n")));

    /** The two surrogates of a pair are one code point, so that this matches lone ones only. */
    private static final Pattern LONE_SURROGATE = Pattern.compile("[\\ud800-\\udfff]");

    private JsonWriter() {}

    /** JSON on one line. */
    public static String text(JsonNode json) {
        return write(LINE, json);
    }

    /** JSON on one line, in UTF-8; a lone surrogate becomes a question mark. */
    public static Buffer buffer(JsonNode json) {
        return Buffer.buffer(text(json));
    }

    /** JSON with each entry of a list on its own line, for files. Lone surrogates become escapes, which UTF-8 can hold. */
    public static String document(ObjectNode json) {
        return LONE_SURROGATE
                .matcher(write(DOCUMENT, json))
                .replaceAll(surrogate ->
                        String.format("\\\\u%04x", (int) surrogate.group().charAt(0)));
    }

    private static String write(ObjectWriter writer, JsonNode json) {
        try {
            return writer.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.parley.provider.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;

/** Reads JSON text in one forward pass without building a tree; skips values that the caller does not read. */
public final class JsonPullReader {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonPullReader() {}

    /** Reads {@code text}, which must be one JSON object. */
    public static void document(String text, FieldReader field) {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new ProtocolException("not a JSON object");
            }
            object(json, field);
            if (json.nextToken() != null) {
                throw new ProtocolException("text after the JSON object");
            }
        } catch (IOException e) {
            throw new ProtocolException("invalid JSON");
        }
    }

    /** Reads the fields of the value if it is an object. */
    public static void object(JsonParser json, FieldReader field) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            field.read(name, json);
            json.skipChildren(); // no effect if the value was read
        }
    }

    /** Reads the objects in the value if it is an array. */
    public static void objects(JsonParser json, FieldReader field) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            object(json, field);
            json.skipChildren();
        }
    }

    /** Passes the elements of the value to {@code element} if it is an array. */
    public static void elements(JsonParser json, ElementReader element) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            element.read(json);
            json.skipChildren();
        }
    }

    /** Returns the value as JSON text if it is an object, otherwise an empty string. */
    public static String rawObject(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return "";
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            generator.copyCurrentStructure(json);
        }
        return text.toString();
    }

    /** Returns the value if it is a string, otherwise an empty string. */
    public static String text(JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
    }

    /** Returns the value if it is an integer of at least 0, otherwise -1. */
    public static long count(JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.VALUE_NUMBER_INT ? Math.max(-1, json.getLongValue()) : -1;
    }

    /** Reads or ignores an element of an array. */
    @FunctionalInterface
    public interface ElementReader {
        void read(JsonParser json) throws IOException;
    }

    /** Reads or ignores the value of a field. */
    @FunctionalInterface
    public interface FieldReader {
        void read(String name, JsonParser json) throws IOException;
    }
}

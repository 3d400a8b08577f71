package io.parley.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;

/** Walks through JSON text once, forward, without building a tree: what nobody asks for is skipped. */
final class JsonWalk {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonWalk() {}

    /** Walk through the one object that {@code text} must be. */
    static void whole(String text, Field field) {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new Garbled("no JSON object");
            }
            object(json, field);
            if (json.nextToken() != null) {
                throw new Garbled("more than a JSON object");
            }
        } catch (IOException e) {
            throw new Garbled("no JSON");
        }
    }

    /** Walk through the value, if it is an object. */
    static void object(JsonParser json, Field field) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            field.read(name, json);
            json.skipChildren(); // does nothing behind a value that was read
        }
    }

    /** Walk through the objects of the value, if it is an array. */
    static void objects(JsonParser json, Field field) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            object(json, field);
            json.skipChildren();
        }
    }

    /** Hand out the elements of the value one by one, if it is an array. */
    static void elements(JsonParser json, Element element) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            element.read(json);
            json.skipChildren();
        }
    }

    /** The value as JSON text, if it is an object, otherwise an empty one. */
    static String raw(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return "";
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator copy = JSON.createGenerator(text)) {
            copy.copyCurrentStructure(json);
        }
        return text.toString();
    }

    /** The value, if it is a text, otherwise an empty one. */
    static String text(JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
    }

    /** The value, if it is a count, otherwise -1. */
    static long count(JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.VALUE_NUMBER_INT ? Math.max(-1, json.getLongValue()) : -1;
    }

    /** Reads an element of an array, or leaves it. */
    @FunctionalInterface
    interface Element {
        void read(JsonParser json) throws IOException;
    }

    /** Reads the value of a field, or leaves it. */
    @FunctionalInterface
    interface Field {
        void read(String name, JsonParser json) throws IOException;
    }
}

package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;

/** Reads one tool call, or a piece of it, whose arguments are JSON text or an object. */
public final class ToolCallReader {

    private int index = Signal.NO_INDEX;
    private String id = "";
    private String name = "";
    private String arguments = "";

    void field(String field, JsonParser json) throws IOException {
        switch (field) {
            case "index" -> index = index(json);
            case "id" ->
                id = json.currentToken() == JsonToken.VALUE_NUMBER_INT ? json.getText() : JsonPullReader.text(json);
            case "function" -> JsonPullReader.object(json, this::field);
            case "name" -> name = JsonPullReader.text(json);
            case "arguments" -> arguments = arguments(json);
            default -> {} // the type, which is always function
        }
    }

    Signal.ToolCallPiece piece(int position, boolean whole) {
        return new Signal.ToolCallPiece(index, position, id, name, arguments, whole);
    }

    private static int index(JsonParser json) throws IOException {
        long number = JsonPullReader.count(json);
        return number >= 0 && number < Integer.MAX_VALUE ? (int) number : Signal.NO_INDEX;
    }

    private static String arguments(JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : JsonPullReader.rawObject(json);
    }
}

package io.parley.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** An error as any of the vendors writes it; empty texts where it says nothing. */
record VendorError(String type, String code, String detail, String message) {

    static final VendorError NONE = new VendorError("", "", "", "");

    /** Read the value of an {@code error} field: an object, or a mere text. */
    static VendorError read(JsonParser json) throws IOException {
        Reader reader = new Reader();
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            reader.message = json.getText();
        } else {
            JsonWalk.object(json, reader::field);
        }
        return new VendorError(reader.type, reader.code, reader.detail, reader.message);
    }

    /** The error in the body of an answer that is no 200; nothing when the body says none. */
    static VendorError in(String body) {
        Reader reader = new Reader();
        try {
            JsonWalk.whole(body, (name, json) -> {
                if (name.equals("error")) {
                    reader.error = read(json);
                }
            });
        } catch (Garbled noJson) {
            return NONE;
        }
        return reader.error;
    }

    private static final class Reader {
        private VendorError error = NONE;
        private String type = "";
        private String code = "";
        private String detail = "";
        private String message = "";

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "type" -> type = JsonWalk.text(json);
                case "code" -> code = json.currentToken().isNumeric() ? json.getText() : JsonWalk.text(json);
                case "message" -> message = JsonWalk.text(json);
                case "details" -> JsonWalk.object(json, this::details);
                default -> {} // what vendors add tomorrow
            }
        }

        private void details(String name, JsonParser json) throws IOException {
            if (name.equals("error_code")) {
                detail = JsonWalk.text(json);
            }
        }
    }
}

package io.parley.provider.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parley.provider.codec.JsonPullReader;
import io.parley.provider.codec.ProtocolException;
import java.io.IOException;

/** The error of a provider, in any supported format; missing parts are empty strings. */
public record ProviderErrorBody(String type, String code, String detail, String message) {

    public static final ProviderErrorBody NONE = new ProviderErrorBody("", "", "", "");

    /** Reads the value of an {@code error} field: an object or a string. */
    static ProviderErrorBody read(JsonParser json) throws IOException {
        Reader reader = new Reader();
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            reader.message = json.getText();
        } else {
            JsonPullReader.object(json, reader::field);
        }
        return new ProviderErrorBody(reader.type, reader.code, reader.detail, reader.message);
    }

    /** Parses the error in a response body, which may be in a list; {@link #NONE} if it has no error. */
    static ProviderErrorBody parse(String body) {
        String text = body.strip();
        boolean list = text.startsWith("[") && text.endsWith("]");
        ErrorFields fields = new ErrorFields();
        try {
            JsonPullReader.document(list ? text.substring(1, text.length() - 1) : text, fields::field);
        } catch (ProtocolException invalid) {
            return NONE;
        }
        return fields.any("");
    }

    private static final class Reader {
        private String type = "";
        private String code = "";
        private String detail = "";
        private String message = "";

        private void field(String name, JsonParser json) throws IOException {
            switch (name) {
                case "type" -> type = JsonPullReader.text(json);
                case "code" -> code = json.currentToken().isNumeric() ? json.getText() : JsonPullReader.text(json);
                case "message" -> message = JsonPullReader.text(json);
                case "details" -> JsonPullReader.object(json, this::details);
                default -> {} // unknown fields
            }
        }

        private void details(String name, JsonParser json) throws IOException {
            if (name.equals("error_code")) {
                detail = JsonPullReader.text(json);
            }
        }
    }
}

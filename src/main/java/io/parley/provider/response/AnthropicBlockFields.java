package io.parley.provider.response;

import com.fasterxml.jackson.core.JsonParser;
import io.parley.provider.codec.JsonPullReader;
import java.io.IOException;

/** The fields of a content block, or of a piece of one; those that it does not have are empty. */
public final class AnthropicBlockFields {

    String type = "";
    String id = "";
    String name = "";
    String text = "";
    String thinking = "";
    String signature = "";
    String data = "";
    String input = "";
    String partialJson = "";

    void field(String field, JsonParser json) throws IOException {
        switch (field) {
            case "type" -> type = JsonPullReader.text(json);
            case "id" -> id = JsonPullReader.text(json);
            case "name" -> name = JsonPullReader.text(json);
            case "text" -> text = JsonPullReader.text(json);
            case "thinking" -> thinking = JsonPullReader.text(json);
            case "signature" -> signature = JsonPullReader.text(json);
            case "data" -> data = JsonPullReader.text(json);
            case "input" -> input = JsonPullReader.rawObject(json);
            case "partial_json" -> partialJson = JsonPullReader.text(json);
            default -> {} // for example citations, which are never requested
        }
    }
}

package io.parley.provider.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Finds the usage in a list of embeddings in OpenAI's format. Does not build a tree, because the vectors are long. */
final class EmbeddingUsage {

    private static final JsonFactory JSON = new JsonFactory();

    private EmbeddingUsage() {}

    /** The tokens of the input; -1 if they are not reported. */
    static long inputTokens(byte[] response) throws IOException {
        try (JsonParser json = JSON.createParser(response)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return -1;
            }
            long tokens = -1;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean usage = json.currentName().equals("usage");
                boolean object = json.nextToken() == JsonToken.START_OBJECT;
                if (usage && object) {
                    tokens = promptTokens(json);
                } else {
                    json.skipChildren();
                }
            }
            return tokens;
        }
    }

    private static long promptTokens(JsonParser json) throws IOException {
        long prompt = -1;
        long total = -1;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.VALUE_NUMBER_INT && name.equals("prompt_tokens")) {
                prompt = json.getLongValue();
            } else if (value == JsonToken.VALUE_NUMBER_INT && name.equals("total_tokens")) {
                total = json.getLongValue();
            } else {
                json.skipChildren();
            }
        }
        return prompt >= 0 ? prompt : total;
    }
}

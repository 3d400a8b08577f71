package io.parley.provider.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parley.provider.codec.ProtocolException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Translates a response of Ollama's {@code /api/embed} to OpenAI's list of embeddings. Translates one response. */
final class OllamaEmbeddings {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int INITIAL_DIMENSIONS = 1_024;

    private final boolean base64;
    private final List<float[]> vectors = new ArrayList<>();
    private String model = "";
    private long tokens;

    /** @param base64 whether vectors are written as little-endian 32-bit numbers in Base64 */
    OllamaEmbeddings(boolean base64) {
        this.base64 = base64;
    }

    String translate(String response) throws IOException {
        try (JsonParser json = JSON.createParser(response)) {
            read(json);
        }
        if (vectors.isEmpty()) {
            throw new ProtocolException("the response has no embeddings");
        }
        return write();
    }

    private void read(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new ProtocolException("the response is not an object");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("embeddings") && value == JsonToken.START_ARRAY) {
                while (json.nextToken() == JsonToken.START_ARRAY) {
                    vectors.add(vector(json));
                }
            } else if (name.equals("model") && value == JsonToken.VALUE_STRING) {
                model = json.getText();
            } else if (name.equals("prompt_eval_count") && value == JsonToken.VALUE_NUMBER_INT) {
                tokens = json.getLongValue();
            } else {
                json.skipChildren(); // durations and unknown fields
            }
        }
    }

    private static float[] vector(JsonParser json) throws IOException {
        float[] vector = new float[INITIAL_DIMENSIONS];
        int size = 0;
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            if (token == null || !token.isNumeric()) {
                throw new ProtocolException("an embedding contains something other than numbers");
            }
            if (size == vector.length) {
                vector = Arrays.copyOf(vector, 2 * size);
            }
            vector[size++] = json.getFloatValue();
        }
        return Arrays.copyOf(vector, size);
    }

    private String write() throws IOException {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (int index = 0; index < vectors.size(); index++) {
                json.writeStartObject();
                json.writeStringField("object", "embedding");
                json.writeNumberField("index", index);
                json.writeFieldName("embedding");
                write(json, vectors.get(index));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("model", model);
            json.writeObjectFieldStart("usage");
            json.writeNumberField("prompt_tokens", tokens);
            json.writeNumberField("total_tokens", tokens);
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toString();
    }

    private void write(JsonGenerator json, float[] vector) throws IOException {
        if (base64) {
            ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector);
            json.writeString(Base64.getEncoder().encodeToString(bytes.array()));
            return;
        }
        json.writeStartArray();
        for (float value : vector) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }
}

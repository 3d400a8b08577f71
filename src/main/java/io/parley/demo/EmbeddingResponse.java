package io.parley.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;

/** Answers a request for embeddings in OpenAI's format. */
final class EmbeddingResponse {

    private static final int MAX_INPUTS = 2_048;
    private static final int DEFAULT_DIMENSIONS = 256;
    private static final int MAX_DIMENSIONS = 4_096;
    /** The maximum number of numbers in a response. */
    private static final int MAX_NUMBERS = 1 << 20;

    private EmbeddingResponse() {}

    /** Throws {@link InvalidRequest} if the request is invalid or contains tokens, because the demo model has no vocabulary. */
    static JsonObject of(JsonObject body) {
        try {
            List<String> inputs = inputs(body.getValue("input"));
            int dimensions = dimensions(body.getInteger("dimensions"));
            if (inputs.size() * dimensions > MAX_NUMBERS) {
                throw new InvalidRequest("dimensions", "fewer dimensions or inputs are required");
            }
            boolean base64 = base64(body.getString("encoding_format"));
            JsonArray data = new JsonArray();
            int tokens = 0;
            for (String input : inputs) {
                float[] vector = HashVector.of(input, dimensions);
                data.add(new JsonObject()
                        .put("object", "embedding")
                        .put("index", data.size())
                        .put("embedding", base64 ? base64(vector) : numbers(vector)));
                tokens += WordTokenizer.tokenize(input).size();
            }
            return new JsonObject()
                    .put("object", "list")
                    .put("data", data)
                    .put("model", body.getString("model", DemoProvider.MODEL))
                    .put("usage", new JsonObject().put("prompt_tokens", tokens).put("total_tokens", tokens));
        } catch (ClassCastException e) {
            throw new InvalidRequest("", "a field has a wrong type");
        }
    }

    private static List<String> inputs(Object input) {
        if (input instanceof String text) {
            return List.of(text);
        }
        if (!(input instanceof JsonArray list) || list.isEmpty() || list.size() > MAX_INPUTS) {
            throw new InvalidRequest("input", "input must be a text or a list of 1 to " + MAX_INPUTS + " texts");
        }
        return list.stream()
                .map(each -> {
                    if (each instanceof String text) {
                        return text;
                    }
                    throw new InvalidRequest("input", "the demo model embeds only texts, not tokens");
                })
                .toList();
    }

    private static int dimensions(Integer requested) {
        int dimensions = requested == null ? DEFAULT_DIMENSIONS : requested;
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw new InvalidRequest("dimensions", "dimensions must be from 1 to " + MAX_DIMENSIONS);
        }
        return dimensions;
    }

    private static boolean base64(String format) {
        if (format != null && !format.equals("float") && !format.equals("base64")) {
            throw new InvalidRequest("encoding_format", "encoding_format must be float or base64");
        }
        return "base64".equals(format);
    }

    private static JsonArray numbers(float[] vector) {
        JsonArray numbers = new JsonArray();
        for (float value : vector) {
            numbers.add(value);
        }
        return numbers;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}

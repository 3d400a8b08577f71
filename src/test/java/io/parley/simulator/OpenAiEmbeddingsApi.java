package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Set;

/** POST /v1/embeddings. */
final class OpenAiEmbeddingsApi implements SimulatedApi {

    private static final Set<String> FIELDS = Set.of("model", "input", "encoding_format", "dimensions", "user");
    private static final int DIMENSIONS = 8;

    @Override
    public void handle(ApiExchange exchange) throws IOException {
        OpenAiConventions.reporting(exchange, this::embed);
    }

    private void embed(ApiExchange exchange) throws IOException {
        JsonObject body = exchange.body();
        RequestFields.only(body, FIELDS, "", "Unrecognized request argument supplied: %s");
        if (!body.getString("model", "").startsWith("text-embedding-")) {
            throw new SimulatedError(
                    404, "model_not_found", "", "You are not allowed to generate embeddings from this model");
        }
        JsonArray data = new JsonArray();
        for (Object input : inputs(body.getValue("input"))) {
            float[] vector = vector(String.valueOf(input));
            data.add(new JsonObject()
                    .put("object", "embedding")
                    .put("index", data.size())
                    .put(
                            "embedding",
                            body.getString("encoding_format", "float").equals("base64")
                                    ? base64(vector)
                                    : list(vector)));
        }
        exchange.json(
                200,
                new JsonObject()
                        .put("object", "list")
                        .put("data", data)
                        .put("model", body.getString("model"))
                        .put("usage", new JsonObject().put("prompt_tokens", 4).put("total_tokens", 4)));
    }

    private static JsonArray inputs(Object input) {
        return switch (input) {
            case String text when !text.isEmpty() -> new JsonArray().add(text);
            case JsonArray list
            when !list.isEmpty() -> list.getValue(0) instanceof Number ? new JsonArray().add(list) : list;
            case null, default -> throw SimulatedError.bad("input", "'$.input' is invalid.");
        };
    }

    /** Returns a vector that tells texts of different lengths apart. */
    static float[] vector(String text) {
        float[] vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (text.length() + i) / 100f;
        }
        return vector;
    }

    static JsonArray list(float[] vector) {
        JsonArray list = new JsonArray();
        for (float value : vector) {
            list.add(value);
        }
        return list;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : vector) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}

package io.parley.provider.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.contract.NativeRequest;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.ProtocolException;
import io.parley.provider.response.EmbeddingsReader;
import io.parley.provider.response.NativeReader;
import io.parley.provider.response.ProviderErrorBody;
import io.parley.provider.response.Signal;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.List;

/** Translates embeddings between OpenAI's format and Ollama's: a request, and the one frame of its response. */
final class EmbeddingTranslation implements NativeReader {

    private final EmbeddingsReader reader = new EmbeddingsReader();

    /** The request to Ollama for texts. A text that is too long is an error, and is not truncated silently. */
    static ProviderRequest request(String model, NativeRequest request, MultiMap headers) {
        JsonNode given = RequestBody.json(new String(request.body(), UTF_8));
        ObjectNode body = RequestBody.of(model);
        body.set("input", given.path("input"));
        if (given.path("dimensions").isNumber()) {
            body.set("dimensions", given.get("dimensions"));
        }
        body.put("truncate", false);
        return new ProviderRequest("/api/embed", headers, RequestBody.bytes(body));
    }

    /** Interprets a translated frame. */
    @Override
    public List<Signal> read(Frame frame) {
        return reader.read(frame);
    }

    @Override
    public boolean translates() {
        return true;
    }

    /** An error stays as it is. */
    @Override
    public Frame translated(Frame frame, NativeRequest request) {
        if (!ProviderErrorBody.parse(frame.data()).equals(ProviderErrorBody.NONE)) {
            return frame;
        }
        JsonNode given = RequestBody.json(new String(request.body(), UTF_8));
        boolean base64 = given.path("encoding_format").asText().equals("base64");
        try {
            return new Frame("", new OllamaEmbeddings(base64).translate(frame.data()));
        } catch (IOException invalid) {
            throw new ProtocolException("the embeddings are not valid JSON");
        }
    }
}

package io.parley.provider.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.ContractJson;
import io.parley.config.ProviderConfig;
import io.parley.config.ProviderConfig.Format;
import io.parley.contract.NativeRequest;
import io.parley.contract.Problem;
import io.parley.provider.codec.ProtocolException;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Translates requests for embeddings in OpenAI's format to a provider's format, and its responses back. */
public final class EmbeddingTranslation {

    private EmbeddingTranslation() {}

    /** The request to the provider. An OpenAI provider gets every field as it is, except Parley's own; Ollama gets what it has. */
    public static ProviderRequest request(ProviderConfig config, String model, NativeRequest request) {
        ObjectNode body = object(request.body());
        MultiMap headers = RequestBody.headers("application/json");
        RequestBody.bearer(headers, config);
        return switch (config.format()) {
            case OPENAI -> {
                body.put("model", model).remove("fallback");
                body.remove("priority");
                yield new ProviderRequest("/embeddings", headers, RequestBody.bytes(body));
            }
            case OLLAMA -> new ProviderRequest("/api/embed", headers, RequestBody.bytes(ollama(model, body, request)));
            case ANTHROPIC -> throw new IllegalArgumentException("the format has no embeddings");
        };
    }

    /** A text that is too long is an error, and is not truncated silently. */
    private static ObjectNode ollama(String model, ObjectNode body, NativeRequest request) {
        if (!request.untranslatable().isEmpty()) {
            throw new Problem.Invalid(request.untranslatable()).toException();
        }
        ObjectNode translated = RequestBody.of(model);
        translated.set("input", body.get("input"));
        if (body.path("dimensions").isNumber()) {
            translated.set("dimensions", body.get("dimensions"));
        }
        return translated.put("truncate", false);
    }

    /** The response in OpenAI's format. Throws {@link ProtocolException} if the provider's is invalid. */
    public static byte[] response(Format format, NativeRequest request, byte[] body) {
        if (format != Format.OLLAMA) {
            return body;
        }
        boolean base64 = object(request.body()).path("encoding_format").asText().equals("base64");
        try {
            return new OllamaEmbeddings(base64).translate(body);
        } catch (IOException invalid) {
            throw new ProtocolException("the embeddings are not valid JSON");
        }
    }

    /** The number of tokens that a response in OpenAI's format reports; -1 if it reports none. */
    public static long inputTokens(byte[] response) {
        try {
            return EmbeddingUsage.inputTokens(response);
        } catch (IOException invalid) {
            throw new ProtocolException("the embeddings are not valid JSON");
        }
    }

    private static ObjectNode object(byte[] json) {
        try {
            JsonNode tree = ContractJson.MAPPER.readTree(json);
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException("the body is not an object");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

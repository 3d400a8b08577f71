package io.parley.provider.dialect;

import io.parley.config.ProviderConfig;
import io.parley.contract.NativeRequest;
import io.parley.contract.Prompt;
import io.parley.provider.codec.BodyDecoder;
import io.parley.provider.codec.Frame;
import io.parley.provider.codec.StreamDecoder;
import io.parley.provider.profile.RefusableOption;
import io.parley.provider.response.AttemptFailure;
import io.parley.provider.response.CompletionsReader;
import io.parley.provider.response.EmbeddingsReader;
import io.parley.provider.response.FaultClassifier;
import io.parley.provider.response.FrameReader;
import io.parley.provider.response.NativeReader;
import io.parley.provider.response.OpenAiChunkReader;
import io.parley.provider.response.ProviderErrorBody;
import io.parley.provider.response.ResponsesReader;
import io.parley.provider.response.RetryAfter;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;

/** Translates between prompts and the wire format of a provider, as pure functions. Does not use sockets, timers or logs. */
public sealed interface Dialect permits OpenAiDialect, AnthropicDialect, OllamaDialect {

    /** The dialect for the format of {@code config}. */
    static Dialect of(ProviderConfig config) {
        return switch (config.format()) {
            case OPENAI -> new OpenAiDialect(config);
            case ANTHROPIC -> new AnthropicDialect(config);
            case OLLAMA -> new OllamaDialect(config);
        };
    }

    /** The request for a streamed answer to {@code prompt}. Its path is appended to that of the provider's base URL. */
    default ProviderRequest request(String model, Prompt prompt) {
        return request(model, prompt, Set.of());
    }

    /** The same request without the options that the model has refused before, if they were not the client's. */
    ProviderRequest request(String model, Prompt prompt, Set<RefusableOption> refused);

    /** The request that passes on a client's request as it came, except for what the gateway must own. */
    ProviderRequest nativeRequest(String model, NativeRequest request, Set<RefusableOption> refused);

    /** The request for the list of models, which is fast and free of charge. */
    ProviderRequest modelsRequest();

    /** Creates a decoder for one response. */
    default StreamDecoder decoder(Consumer<Frame> frames) {
        return new BodyDecoder(frames);
    }

    /** Creates a decoder for one response whose JSON objects may have this length. */
    default StreamDecoder decoder(Consumer<Frame> frames, int maxObjectBytes) {
        return new BodyDecoder(frames, maxObjectBytes);
    }

    /** Creates a reader for the frames of one answer. */
    FrameReader reader();

    /** Creates a reader for the answer to a request that is passed on. */
    default NativeReader nativeReader(NativeRequest request) {
        return switch (request.format()) {
            case OPENAI_CHAT -> new NativeReader.ChatReader(new OpenAiChunkReader(true));
            case ANTHROPIC_MESSAGES -> reader()::read;
            case OPENAI_RESPONSES -> new ResponsesReader();
            case OPENAI_COMPLETIONS -> new CompletionsReader();
            case OPENAI_EMBEDDINGS -> new EmbeddingsReader();
        };
    }

    /** Interprets a response with a status other than 200; {@code body} may be truncated. */
    default AttemptFailure failure(int status, MultiMap headers, String body, Instant now) {
        ProviderErrorBody error = ProviderErrorBody.parse(body);
        return AttemptFailure.of(FaultClassifier.of(status, error), RetryAfter.parse(headers, now), error);
    }
}

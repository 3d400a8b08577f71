package io.parley.provider.dialect;

import io.parley.contract.ApiFormat;
import io.parley.contract.NativeRequest;
import io.parley.provider.codec.Frame;
import io.parley.provider.response.CompletionsReader;
import io.parley.provider.response.EmbeddingsReader;
import io.parley.provider.response.FrameReader;
import io.parley.provider.response.ResponsesReader;
import io.parley.provider.response.Signal;
import java.util.List;
import java.util.regex.Pattern;

/** Reads along in the frames of an answer that is passed on as it is. */
public interface NativeReader extends FrameReader {

    /** Whether the provider's format differs from the client's, so that each frame must be {@link #translated}. */
    default boolean translates() {
        return false;
    }

    /** The frame in the client's format. */
    default Frame translated(Frame frame, NativeRequest request) {
        return frame;
    }

    /** Whether a frame with a usage has nothing else that a client could miss. */
    default boolean isUsageOnly(Frame frame) {
        return false;
    }

    /** The reader for answers of {@code format}. */
    static NativeReader of(ApiFormat format, Dialect dialect) {
        return switch (format) {
            case OPENAI_CHAT -> new ChatReader(dialect.reader());
            case ANTHROPIC_MESSAGES -> dialect.reader()::read;
            case OPENAI_RESPONSES -> new ResponsesReader();
            case OPENAI_COMPLETIONS -> new CompletionsReader();
            case OPENAI_EMBEDDINGS ->
                dialect instanceof OllamaDialect ? new EmbeddingTranslation() : new EmbeddingsReader();
        };
    }

    /** Chat completions: the last chunk has the usage and no choice. */
    record ChatReader(FrameReader chunks) implements NativeReader {

        private static final Pattern NO_CHOICE = Pattern.compile("\"choices\"\\s*:\\s*\\[\\s*]");

        @Override
        public List<Signal> read(Frame frame) {
            return chunks.read(frame);
        }

        @Override
        public boolean isUsageOnly(Frame frame) {
            return NO_CHOICE.matcher(frame.data()).find();
        }
    }
}

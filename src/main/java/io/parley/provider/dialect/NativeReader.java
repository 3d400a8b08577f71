package io.parley.provider.dialect;

import io.parley.contract.ApiFormat;
import io.parley.contract.NativeRequest;
import io.parley.provider.codec.Frame;
import java.util.List;
import java.util.regex.Pattern;

/** Reads along in the frames of an answer that is passed on as it is. */
public interface NativeReader {

    /** Interprets a frame; unknown frames have no signals. */
    List<Signal> signals(Frame frame);

    /** The frame in the client's format, if the provider's differs from it. */
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
            case OPENAI_CHAT -> new ChatReader(dialect);
            case ANTHROPIC_MESSAGES -> dialect::signals;
            case OPENAI_RESPONSES -> new ResponsesReader();
            case OPENAI_COMPLETIONS -> new CompletionsReader();
            case OPENAI_EMBEDDINGS ->
                dialect instanceof OllamaDialect ? new EmbeddingTranslation() : new EmbeddingsReader();
        };
    }

    /** Chat completions: the last chunk has the usage and no choice. */
    record ChatReader(Dialect dialect) implements NativeReader {

        private static final Pattern NO_CHOICE = Pattern.compile("\"choices\"\\s*:\\s*\\[\\s*]");

        @Override
        public List<Signal> signals(Frame frame) {
            return dialect.signals(frame);
        }

        @Override
        public boolean isUsageOnly(Frame frame) {
            return NO_CHOICE.matcher(frame.data()).find();
        }
    }
}

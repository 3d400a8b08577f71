package io.parley.usage;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the tokens of texts in OpenAI's newest public encoding; long texts are sampled. Until the encoding is loaded,
 * which takes seconds, counts are estimated by length.
 */
final class Tokenizer {

    private static final Logger LOG = LoggerFactory.getLogger(Tokenizer.class);

    /** Maximum length counted on the calling thread; longer texts are counted on a worker thread. */
    private static final int MAX_INLINE_CHARS = 256;
    /** Maximum length counted exactly; longer texts are sampled. */
    private static final int MAX_EXACT_CHARS = 16_384;

    private static final int SAMPLE_COUNT = 8;

    private final Vertx vertx;
    private volatile boolean loaded;

    Tokenizer(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Starts loading the encoding on a daemon thread, so that neither startup nor shutdown waits for it. */
    void load() {
        Thread.ofPlatform().name("parley-tokens").daemon().start(() -> {
            try {
                loaded = EncodingHolder.warmUp() > 0;
            } catch (LinkageError | RuntimeException e) {
                LOG.atWarn().setCause(e).log("tokenizer encoding not loaded: tokens are estimated by length");
            }
        });
    }

    /** Whether the encoding is loaded, so that tokens are counted rather than estimated. */
    boolean loaded() {
        return loaded;
    }

    Future<Long> count(List<String> texts) {
        if (!loaded) {
            return Future.succeededFuture(
                    texts.stream().mapToLong(Tokenizer::estimate).sum());
        }
        if (texts.stream().mapToInt(String::length).sum() <= MAX_INLINE_CHARS) {
            return Future.succeededFuture(countTokens(texts));
        }
        return vertx.executeBlocking(() -> countTokens(texts), false).map(Objects::requireNonNull);
    }

    /** Estimates a quarter of a token for each ASCII character and one token for any other. */
    static long estimate(String text) {
        long asciiCount = text.chars().filter(c -> c < 0x80).count();
        return Math.ceilDiv(asciiCount, 4) + (text.length() - asciiCount);
    }

    private static long countTokens(List<String> texts) {
        return texts.stream().mapToLong(Tokenizer::countTokens).sum();
    }

    private static long countTokens(String text) {
        if (text.length() <= MAX_EXACT_CHARS) {
            return EncodingHolder.ENCODING.countTokensOrdinary(text);
        }
        int sampleLength = MAX_EXACT_CHARS / SAMPLE_COUNT;
        long tokens = 0;
        for (int i = 0; i < SAMPLE_COUNT; i++) {
            int from = (int) ((long) (text.length() - sampleLength) * i / (SAMPLE_COUNT - 1));
            tokens += EncodingHolder.ENCODING.countTokensOrdinary(text.substring(from, from + sampleLength));
        }
        return Math.ceilDiv(tokens * text.length(), MAX_EXACT_CHARS);
    }

    /** Holds the encoding: an immutable table of 28 MiB, loaded once for all instances. */
    private static final class EncodingHolder {

        private static final Encoding ENCODING =
                Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

        static int warmUp() {
            return ENCODING.countTokensOrdinary("ready");
        }
    }
}

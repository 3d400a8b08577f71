package io.parley.provider;

import io.parley.config.VendorConfig;
import io.parley.contract.Prompt;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** A vendor as pure functions: how it is asked, and what its bytes mean. Knows nothing of sockets, timers or logs. */
sealed interface Dialect permits OpenAiDialect, AnthropicDialect, OllamaDialect {

    /** The dialect that {@code vendor} speaks. */
    static Dialect of(VendorConfig vendor) {
        return switch (vendor.format()) {
            case OPENAI -> new OpenAiDialect(vendor);
            case ANTHROPIC -> new AnthropicDialect(vendor);
            case OLLAMA -> new OllamaDialect(vendor);
        };
    }

    /** The request that has {@code prompt} answered as a stream. Its path goes behind that of the vendor's base URL. */
    VendorRequest request(String model, Prompt prompt);

    /** The request for a list of what the vendor has: cheap, and free. */
    VendorRequest listing();

    /** Whether a stream of this dialect can have this media type, in lower case and without parameters. */
    boolean streams(String mediaType);

    /** A decoder for one stream. */
    Decoder decoder(Consumer<Frame> frames);

    /** What a frame says: nothing, for frames nobody knows yet. Throws {@link Garbled} for what is no frame at all. */
    List<Signal> signals(Frame frame);

    /** What an answer that is no 200 says; {@code body} may be cut. */
    default Failure failure(int status, MultiMap headers, String body, Instant now) {
        VendorError error = VendorError.in(body);
        return new Failure(Faults.of(status, error), RetryAfter.in(headers, now), error.message());
    }
}

package io.parley.faults;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.SseTestClient;
import java.time.Duration;
import java.util.function.Supplier;

/** The signs of life that the client of an answer has seen, so that its vendor can wait for them instead of for some time. */
final class SignsOfLife {

    private static final int MANY = 3;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private volatile Supplier<String> stream = () -> "";

    /** Another answer is asked for. */
    void reset() {
        stream = () -> "";
    }

    /** The client reads this answer. */
    void watch(SseTestClient answer) {
        stream = answer::raw;
    }

    /** Wait until the client has seen many; a client that sees too few for long is served all the same, and shows it. */
    void await() throws Exception {
        try {
            eventually(LIMIT, () -> assertThat(many(stream.get())).isTrue());
        } catch (AssertionError tooFew) {
            // what the client has seen is compared in the end
        }
    }

    /** Whether so many are in the stream that they are worth telling. */
    static boolean many(String stream) {
        return stream.split(":keepalive", -1).length > MANY;
    }
}

package io.parley.faults;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.SseTestClient;
import java.time.Duration;
import java.util.function.Supplier;

/** Observes the keepalives that a client has seen, so that the provider can wait for them instead of for a fixed time. */
final class KeepaliveObserver {

    private static final int MANY = 3;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private volatile Supplier<String> stream = () -> "";

    /** Forgets the current answer. */
    void reset() {
        stream = () -> "";
    }

    /** Observes the answer that the client reads. */
    void watch(SseTestClient answer) {
        stream = answer::raw;
    }

    /**
     * Waits until the client has seen many keepalives. Returns after a limit even if it has not; the comparison at the
     * end shows that.
     */
    void await() throws Exception {
        try {
            eventually(LIMIT, () -> assertThat(isMany(stream.get())).isTrue());
        } catch (AssertionError tooFew) {
            // the final comparison shows what the client has seen
        }
    }

    /** Returns whether the stream has enough keepalives to be mentioned. */
    static boolean isMany(String stream) {
        return stream.split(":keepalive", -1).length > MANY;
    }
}

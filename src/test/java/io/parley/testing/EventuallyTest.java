package io.parley.testing;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Eventually")
class EventuallyTest {

    @Test
    @DisplayName("passes as soon as the check passes")
    void holds() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        eventually(() -> assertThat(looks.incrementAndGet()).isEqualTo(3));
        assertThat(looks).hasValue(3);
    }

    @Test
    @DisplayName("fails at its deadline with the last failure of the check")
    void never() {
        assertThatThrownBy(() -> eventually(
                        Duration.ofMillis(20), () -> assertThat("red").isEqualTo("green")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("PT0.02S")
                .hasMessageContaining("green");
    }

    @Test
    @DisplayName("fails at once when the check throws anything but an AssertionError")
    void broken() {
        assertThatThrownBy(() -> eventually(() -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);
    }
}

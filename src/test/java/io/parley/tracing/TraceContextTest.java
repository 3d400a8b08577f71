package io.parley.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.TraceContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Trace context of a traceparent header")
class TraceContextTest {

    private static final String IDS = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";

    @ParameterizedTest
    @ValueSource(strings = {"00-" + IDS + "-01", "00-" + IDS + "-00"})
    @DisplayName("is written as it was read")
    void roundTrip(String header) {
        assertThat(TraceContext.parse(header).orElseThrow().traceparent()).isEqualTo(header);
    }

    @Test
    @DisplayName("is read from a header of a future version")
    void futureVersion() {
        assertThat(TraceContext.parse("cc-" + IDS + "-03-more").orElseThrow().traceparent())
                .isEqualTo("00-" + IDS + "-01");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ff-" + IDS + "-01",
                "00-" + IDS,
                "00-" + IDS + "-01-more",
                "00-" + IDS + "-0x",
                "cc-" + IDS + "-01more",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"
            })
    @DisplayName("is empty for an invalid header")
    void invalidHeaders(String header) {
        assertThat(TraceContext.parse(header)).isEmpty();
    }

    @Test
    @DisplayName("has the same child for the same name, and another one for another name")
    void children() {
        TraceContext trace = TraceContext.parse("00-" + IDS + "-01").orElseThrow();
        assertThat(trace.child("a")).isEqualTo(trace.child("a")).isNotEqualTo(trace.child("b"));
        assertThat(trace.child("a").traceId()).isEqualTo(trace.traceId());
        assertThat(trace.child("a").spanId()).hasSize(16).isNotEqualTo(trace.spanId());
        assertThat(trace.child("a").sampled()).isTrue();
    }
}

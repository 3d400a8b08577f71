package io.parley.contract;

/** What there is to ask about the server's own measurements; {@code docs/metrics.md} lists them. */
public sealed interface MetricsMessage extends Message {

    /** Show all metrics as they stand. */
    record Read() implements MetricsMessage {}

    /** All metrics in a text format that Prometheus reads. */
    record Page(String contentType, String text) implements MetricsMessage {}
}

package io.parley.contract;

/** Requests and replies of the metrics, which {@code docs/metrics.md} lists. */
public sealed interface MetricsMessage extends Message {

    /** Reads all metrics. */
    record Read() implements MetricsMessage {}

    /** All metrics in the Prometheus text format. */
    record Page(String contentType, String text) implements MetricsMessage {}
}

package io.parley.tracing;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.parley.contract.TraceContext;

/**
 * Supplies the ids of the next span, which were chosen and sent to the provider before the span is created. Not
 * thread-safe.
 */
final class PresetIdGenerator implements IdGenerator {

    private String traceId = TraceId.getInvalid();
    private String spanId = SpanId.getInvalid();

    /** Presets the ids of the next span. */
    void preset(TraceContext trace) {
        traceId = trace.traceId();
        spanId = trace.spanId();
    }

    @Override
    public String generateTraceId() {
        return traceId;
    }

    @Override
    public String generateSpanId() {
        return spanId;
    }
}

package io.parley.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.parley.contract.Problem;
import io.parley.contract.ServerMessage.RequestCompleted;
import io.parley.contract.TraceContext;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage.AttemptEnded;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Creates spans from events that carry a trace context, named according to the OpenTelemetry conventions. Spans never
 * contain conversation text.
 */
final class SpanFactory {

    private static final String REQUEST_ID = "parley.request.id";
    private static final String ERROR = "error.type";
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Tracer tracer;
    private final PresetIdGenerator ids;

    SpanFactory(Tracer tracer, PresetIdGenerator ids) {
        this.tracer = tracer;
        this.ids = ids;
    }

    /** Records the span of a request. */
    void requestCompleted(RequestCompleted request) {
        String name =
                request.route().map(route -> request.method() + " " + route).orElse(request.method());
        SpanBuilder builder = tracer.spanBuilder(name)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.request.method", request.method())
                .setAttribute("http.response.status_code", request.status())
                .setAttribute(REQUEST_ID, request.requestId());
        request.route().ifPresent(route -> builder.setAttribute("http.route", route));
        Optional<String> errorType =
                request.status() >= 500 ? Optional.of(Integer.toString(request.status())) : Optional.empty();
        record(
                builder,
                request.trace(),
                request.parentSpanId(),
                request.startedAt(),
                request.durationMillis(),
                errorType);
    }

    /** Records the span of an attempt at a provider. */
    void attemptEnded(AttemptEnded attempt) {
        Optional<TraceContext> request = attempt.requestContext().trace().filter(TraceContext::sampled);
        attempt.trace().filter(TraceContext::sampled).ifPresent(trace -> {
            Optional<String> parent = request.map(TraceContext::spanId);
            Optional<String> errorType = attempt.problem().map(SpanFactory::errorType);
            record(chat(attempt), trace, parent, attempt.startedAt(), attempt.durationMillis(), errorType);
        });
    }

    private SpanBuilder chat(AttemptEnded attempt) {
        Usage usage = attempt.usage();
        SpanBuilder builder = tracer.spanBuilder("chat " + attempt.model())
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("gen_ai.operation.name", "chat")
                .setAttribute("gen_ai.provider.name", attempt.provider())
                .setAttribute("gen_ai.request.model", attempt.model())
                .setAttribute("gen_ai.request.stream", true)
                .setAttribute("gen_ai.usage.input_tokens", usage.inputTokens())
                .setAttribute("gen_ai.usage.output_tokens", usage.outputTokens())
                .setAttribute("gen_ai.usage.cache_read.input_tokens", usage.cachedTokens())
                .setAttribute("gen_ai.usage.cache_creation.input_tokens", usage.cacheWriteTokens())
                .setAttribute("gen_ai.usage.reasoning.output_tokens", usage.reasoningTokens())
                .setAttribute(REQUEST_ID, attempt.requestContext().requestId())
                .setAttribute("parley.usage.estimated", usage.estimated());
        attempt.requestContext().runId().ifPresent(run -> builder.setAttribute("gen_ai.conversation.id", run));
        attempt.reason()
                .ifPresent(reason -> builder.setAttribute(
                        AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"), List.of(reason.wireName())));
        if (attempt.firstTokenMillis() >= 0) {
            builder.setAttribute("gen_ai.response.time_to_first_chunk", attempt.firstTokenMillis() / MILLIS_PER_SECOND);
        }
        return builder;
    }

    private void record(
            SpanBuilder builder,
            TraceContext trace,
            Optional<String> parent,
            Instant startedAt,
            long durationMillis,
            Optional<String> errorType) {
        ids.preset(trace);
        Span span = builder.setParent(parent.map(id -> parentContext(trace, id)).orElseGet(Context::root))
                .setStartTimestamp(startedAt)
                .startSpan();
        errorType.ifPresent(code -> span.setAttribute(ERROR, code).setStatus(StatusCode.ERROR, code));
        span.end(startedAt.plus(Duration.ofMillis(durationMillis)));
    }

    private static Context parentContext(TraceContext trace, String parent) {
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        trace.traceId(), parent, TraceFlags.getSampled(), TraceState.getDefault())));
    }

    private static String errorType(Problem problem) {
        return problem instanceof Problem.ProviderFailed failed ? failed.fault().wireName() : problem.code();
    }
}

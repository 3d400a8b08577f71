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
 * Creates spans from events that carry a trace context, named by the OpenTelemetry conventions. Spans never contain
 * conversation text.
 */
final class SpanFactory {

    private static final String REQUEST_ID = "parley.request.id";
    private static final String ERROR = "error.type";
    private static final double MILLIS = 1e3;

    private final Tracer tracer;
    private final PresetIdGenerator ids;

    SpanFactory(Tracer tracer, PresetIdGenerator ids) {
        this.tracer = tracer;
        this.ids = ids;
    }

    /** Records the span of a request. */
    void served(RequestCompleted served) {
        String name = served.route().map(route -> served.method() + " " + route).orElse(served.method());
        SpanBuilder builder = tracer.spanBuilder(name)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.request.method", served.method())
                .setAttribute("http.response.status_code", served.status())
                .setAttribute(REQUEST_ID, served.requestId());
        served.route().ifPresent(route -> builder.setAttribute("http.route", route));
        Optional<String> error =
                served.status() >= 500 ? Optional.of(Integer.toString(served.status())) : Optional.empty();
        record(builder, served.trace(), served.parent(), served.began(), served.durationMillis(), error);
    }

    /** Records the span of an attempt at a provider. */
    void ended(AttemptEnded attempt) {
        Optional<TraceContext> request = attempt.origin().trace().filter(TraceContext::sampled);
        attempt.trace().filter(TraceContext::sampled).ifPresent(place -> {
            Optional<String> parent = request.map(TraceContext::spanId);
            Optional<String> error = attempt.problem().map(SpanFactory::error);
            record(chat(attempt), place, parent, attempt.began(), attempt.durationMillis(), error);
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
                .setAttribute(REQUEST_ID, attempt.origin().requestId())
                .setAttribute("parley.usage.estimated", usage.estimated());
        attempt.origin().runId().ifPresent(run -> builder.setAttribute("gen_ai.conversation.id", run));
        attempt.reason()
                .ifPresent(reason -> builder.setAttribute(
                        AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"), List.of(reason.wire())));
        if (attempt.firstTokenMillis() >= 0) {
            builder.setAttribute("gen_ai.response.time_to_first_chunk", attempt.firstTokenMillis() / MILLIS);
        }
        return builder;
    }

    private void record(
            SpanBuilder builder,
            TraceContext place,
            Optional<String> parent,
            Instant began,
            long millis,
            Optional<String> error) {
        ids.next(place);
        Span span = builder.setParent(parent.map(id -> below(place, id)).orElseGet(Context::root))
                .setStartTimestamp(began)
                .startSpan();
        error.ifPresent(type -> span.setAttribute(ERROR, type).setStatus(StatusCode.ERROR, type));
        span.end(began.plus(Duration.ofMillis(millis)));
    }

    private static Context below(TraceContext place, String parent) {
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        place.traceId(), parent, TraceFlags.getSampled(), TraceState.getDefault())));
    }

    private static String error(Problem problem) {
        return problem instanceof Problem.ProviderFailed failed ? failed.fault().wire() : problem.code();
    }
}

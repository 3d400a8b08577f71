package io.parley.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.parley.bus.Bus;
import io.parley.config.TracingConfig;
import io.parley.contract.Addresses;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Exports spans of events on the bus to an OTLP collector, in asynchronous batches. Spans that the collector does not
 * accept are lost. Deployed only if tracing is configured.
 */
public final class TracingVerticle extends VerticleBase {

    private static final String PATH = "/v1/traces";
    private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(1);
    private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(2);

    private final Bus bus;
    private final TracingConfig config;

    @SuppressWarnings("NullAway.Init") // set by start, before the first event
    private SdkTracerProvider provider;

    public TracingVerticle(Bus bus, TracingConfig config) {
        this.bus = bus;
        this.config = config;
    }

    @Override
    public Future<?> start() {
        PresetIdGenerator ids = new PresetIdGenerator();
        Resource resource = Resource.getDefault()
                .merge(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), config.serviceName())));
        provider = SdkTracerProvider.builder()
                .setIdGenerator(ids)
                .setResource(resource)
                .addSpanProcessor(BatchSpanProcessor.builder(exporter())
                        .setScheduleDelay(FLUSH_INTERVAL)
                        .build())
                .build();
        SpanFactory spans = new SpanFactory(provider.get("io.parley"), ids);
        return bus.subscribe(Addresses.HTTP_REQUEST_COMPLETED, spans::requestCompleted)
                .compose(_ -> bus.subscribe(Addresses.ATTEMPT_ENDED, spans::attemptEnded));
    }

    @Override
    public Future<?> stop() {
        provider.shutdown().join(EXPORT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        return Future.succeededFuture();
    }

    private OtlpHttpSpanExporter exporter() {
        String base = String.valueOf(config.otlpEndpoint().orElseThrow()).replaceFirst("/+$", "");
        return OtlpHttpSpanExporter.builder()
                .setEndpoint(base + PATH)
                .setTimeout(EXPORT_TIMEOUT)
                .build();
    }
}

package io.parley.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.parley.bus.Bus;
import io.parley.config.GatewayConfig;
import io.parley.config.ProviderConfig;
import io.parley.contract.Addresses;
import io.parley.contract.Ask;
import io.parley.contract.GatewayMessage;
import io.parley.contract.Message;
import io.parley.contract.MetricsMessage.Page;
import io.parley.contract.RunMessage;
import io.parley.contract.StoreMessage;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;

/**
 * Collects the server's metrics from the events on the bus, and requests the rest on each scrape. The measured
 * components do not depend on it and never wait for it.
 */
public final class MetricsVerticle extends VerticleBase {

    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);

    private final Bus bus;
    private final KnownLabels names;
    private boolean storeUp;

    @SuppressWarnings("NullAway.Init") // set by start, before the first scrape
    private JvmMeters jvm;

    /** @param providers all configured providers; other names are reported as {@code other} */
    public MetricsVerticle(Bus bus, GatewayConfig gateway, List<ProviderConfig> providers) {
        this.bus = bus;
        this.names = new KnownLabels(gateway, providers);
    }

    @Override
    public Future<?> start() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        jvm = new JvmMeters(registry);
        Gauge.builder("parley.store.up", this, verticle -> verticle.storeUp ? 1 : 0)
                .description("Whether the store accepted writes at this scrape: 1 or 0")
                .register(registry);
        ProviderMeters providers = new ProviderMeters(registry, names);
        ConversationMeters conversations = new ConversationMeters(registry);
        GatewayMeters gateway = new GatewayMeters(registry, names);
        HttpMeters http = new HttpMeters(registry);
        return bus.subscribe(Addresses.ATTEMPT_ENDED, providers::attemptEnded)
                .compose(_ -> bus.subscribe(Addresses.USAGE_RECORDED, providers::usageRecorded))
                .compose(_ -> bus.subscribe(Addresses.HTTP_STATS, http::update))
                .compose(_ -> subscribe(conversations))
                .compose(_ -> bus.handle(
                        Addresses.METRICS_READ,
                        _ -> refresh(gateway, conversations).map(_ -> new Page(CONTENT_TYPE, registry.scrape()))));
    }

    @Override
    public Future<?> stop() {
        jvm.close();
        return Future.succeededFuture();
    }

    private Future<?> subscribe(ConversationMeters conversations) {
        return bus.subscribe(Addresses.RUN_STARTED, conversations::started)
                .compose(_ -> bus.subscribe(Addresses.RUN_ENDED, conversations::ended))
                .compose(_ -> bus.subscribe(Addresses.TURN_COMPLETED, _ -> conversations.turnCompleted()))
                .compose(_ -> bus.subscribe(Addresses.FLOW_EXTRACTED, _ -> conversations.flowExtracted()))
                .compose(_ -> bus.subscribe(Addresses.BUDGET_ALERTED, conversations::budgetAlerted));
    }

    /** Requests current values. A component that does not reply keeps its last values. */
    private Future<Void> refresh(GatewayMeters gateway, ConversationMeters conversations) {
        return Future.join(
                        request(Addresses.STORE_PING, new StoreMessage.Ping())
                                .onComplete(pong -> storeUp = pong.succeeded()),
                        request(Addresses.GATEWAY_STATUS, new GatewayMessage.GetStatus())
                                .onSuccess(gateway::updateStatus),
                        request(Addresses.GATEWAY_STATS, new GatewayMessage.GetStats())
                                .onSuccess(gateway::updateStats),
                        request(Addresses.RUN_COUNT, new RunMessage.CountRuns()).onSuccess(conversations::openRuns))
                .transform(_ -> Future.succeededFuture());
    }

    private <Q extends Message, R extends Message> Future<R> request(Ask<Q, R> address, Q request) {
        return bus.request(address, request, REQUEST_TIMEOUT);
    }
}

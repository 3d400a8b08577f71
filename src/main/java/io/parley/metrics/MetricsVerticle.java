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

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Bus bus;
    private final KnownLabels names;
    private boolean stored;

    @SuppressWarnings("NullAway.Init") // set by start, before the first scrape
    private JvmMeters jvm;

    /** @param vendors all configured providers; other names are reported as {@code other} */
    public MetricsVerticle(Bus bus, GatewayConfig gateway, List<ProviderConfig> vendors) {
        this.bus = bus;
        this.names = new KnownLabels(gateway, vendors);
    }

    @Override
    public Future<?> start() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        jvm = new JvmMeters(registry);
        Gauge.builder("parley.store.up", this, house -> house.stored ? 1 : 0)
                .description("Whether the store accepted writes at this scrape: 1 or 0")
                .register(registry);
        ProviderMeters vendors = new ProviderMeters(registry, names);
        ConversationMeters conversations = new ConversationMeters(registry);
        GatewayMeters gateway = new GatewayMeters(registry, names);
        HttpMeters doors = new HttpMeters(registry);
        return bus.listen(Addresses.ATTEMPT_ENDED, vendors::ended)
                .compose(_ -> bus.listen(Addresses.USAGE_SPENT, vendors::spent))
                .compose(_ -> bus.listen(Addresses.HTTP_COUNTED, doors::counted))
                .compose(_ -> listen(conversations))
                .compose(_ -> bus.answer(
                        Addresses.METRICS_READ,
                        _ -> look(gateway, conversations).map(_ -> new Page(TEXT, registry.scrape()))));
    }

    @Override
    public Future<?> stop() {
        jvm.close();
        return Future.succeededFuture();
    }

    private Future<?> listen(ConversationMeters conversations) {
        return bus.listen(Addresses.RUN_STARTED, conversations::started)
                .compose(_ -> bus.listen(Addresses.RUN_ENDED, conversations::ended))
                .compose(_ -> bus.listen(Addresses.TURN_COMPLETED, _ -> conversations.turned()))
                .compose(_ -> bus.listen(Addresses.FLOW_EXTRACTED, _ -> conversations.extracted()))
                .compose(_ -> bus.listen(Addresses.BUDGET_ALERTED, conversations::alerted));
    }

    /** Requests current values. A component that does not reply keeps its last values. */
    private Future<Void> look(GatewayMeters gateway, ConversationMeters conversations) {
        return Future.join(
                        ask(Addresses.STORE_PING, new StoreMessage.Ping())
                                .onComplete(pong -> stored = pong.succeeded()),
                        ask(Addresses.GATEWAY_HEALTH, new GatewayMessage.GetStatus()).onSuccess(gateway::fares),
                        ask(Addresses.GATEWAY_COUNT, new GatewayMessage.GetStats()).onSuccess(gateway::counted),
                        ask(Addresses.RUN_COUNT, new RunMessage.CountRuns()).onSuccess(conversations::open))
                .transform(_ -> Future.succeededFuture());
    }

    private <Q extends Message, R extends Message> Future<R> ask(Ask<Q, R> address, Q question) {
        return bus.ask(address, question, PATIENCE);
    }
}

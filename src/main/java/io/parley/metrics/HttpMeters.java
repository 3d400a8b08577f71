package io.parley.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.parley.contract.ServerMessage.HttpStats;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Meters of the public port: the sums of the statistics that each HTTP instance published last. */
final class HttpMeters {

    private static final double MILLIS_PER_SECOND = 1e3;

    private final MeterRegistry registry;
    private final Map<String, HttpStats> statsByInstance = new HashMap<>();

    HttpMeters(MeterRegistry registry) {
        this.registry = registry;
        gauge("parley.http.streams", HttpStats::openStreams, "Streams that clients are reading");
        gauge("parley.http.sockets", HttpStats::openSockets, "Open WebSockets");
        gauge("parley.http.slow.writes", HttpStats::pausedWrites, "Writes of HTTP responses that wait for clients");
        counter(
                "parley.http.slow.cut",
                Tags.empty(),
                HttpStats::slowClientsClosed,
                "Connections closed because the client stopped reading");
        counter("parley.http.requests", Tags.empty(), HttpStats::requests, "Requests received");
        counter("parley.http.problems", Tags.of("side", "client"), HttpStats::clientErrors, "Error responses");
        counter("parley.http.problems", Tags.of("side", "server"), HttpStats::serverErrors, "Error responses");
        Gauge.builder("parley.event.loop.late.seconds", this, HttpMeters::maxLagSeconds)
                .description("Last reported event loop lag, maximum of all event loops")
                .register(registry);
    }

    /** Replaces the statistics of one HTTP instance. */
    void update(HttpStats stats) {
        statsByInstance.put(stats.instance(), stats);
    }

    private double maxLagSeconds() {
        return statsByInstance.values().stream()
                        .mapToLong(HttpStats::eventLoopLagMillis)
                        .max()
                        .orElse(0)
                / MILLIS_PER_SECOND;
    }

    private long sum(ToLongFunction<HttpStats> value) {
        return statsByInstance.values().stream().mapToLong(value).sum();
    }

    private void gauge(String name, ToLongFunction<HttpStats> value, String description) {
        Gauge.builder(name, this, meters -> meters.sum(value))
                .description(description)
                .register(registry);
    }

    private void counter(String name, Tags tags, ToLongFunction<HttpStats> value, String description) {
        FunctionCounter.builder(name, this, meters -> meters.sum(value))
                .tags(tags)
                .description(description)
                .register(registry);
    }
}

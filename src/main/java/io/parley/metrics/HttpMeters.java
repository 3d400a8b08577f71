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

    private static final double MILLIS = 1e3;

    private final MeterRegistry registry;
    private final Map<String, HttpStats> doors = new HashMap<>();

    HttpMeters(MeterRegistry registry) {
        this.registry = registry;
        gauge("parley.http.streams", HttpStats::streams, "Open SSE streams");
        gauge("parley.http.sockets", HttpStats::sockets, "Open WebSockets");
        gauge("parley.http.slow.writes", HttpStats::slow, "Writes paused because the client reads too slowly");
        counter(
                "parley.http.slow.cut",
                Tags.empty(),
                HttpStats::cut,
                "Connections closed because the client stopped reading");
        counter("parley.http.requests", Tags.empty(), HttpStats::requests, "Requests received");
        counter("parley.http.problems", Tags.of("side", "client"), HttpStats::faults, "Requests answered with an error");
        counter(
                "parley.http.problems",
                Tags.of("side", "server"),
                HttpStats::failures,
                "Requests answered with an error");
        Gauge.builder("parley.event.loop.late.seconds", this, HttpMeters::latest)
                .description("Last reported event loop lag, maximum of all event loops")
                .register(registry);
    }

    /** Replaces the statistics of one HTTP instance. */
    void counted(HttpStats traffic) {
        doors.put(traffic.door(), traffic);
    }

    private double latest() {
        return doors.values().stream().mapToLong(HttpStats::lateMillis).max().orElse(0) / MILLIS;
    }

    private long sum(ToLongFunction<HttpStats> value) {
        return doors.values().stream().mapToLong(value).sum();
    }

    private void gauge(String name, ToLongFunction<HttpStats> value, String meaning) {
        Gauge.builder(name, this, meters -> meters.sum(value))
                .description(meaning)
                .register(registry);
    }

    private void counter(String name, Tags tags, ToLongFunction<HttpStats> value, String meaning) {
        FunctionCounter.builder(name, this, meters -> meters.sum(value))
                .tags(tags)
                .description(meaning)
                .register(registry);
    }
}

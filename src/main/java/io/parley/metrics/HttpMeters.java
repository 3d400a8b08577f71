package io.parley.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.parley.contract.ServerMessage.Traffic;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Meters of the public port: the sums of the statistics that each HTTP instance published last. */
final class HttpMeters {

    private static final double MILLIS = 1e3;

    private final MeterRegistry registry;
    private final Map<String, Traffic> doors = new HashMap<>();

    HttpMeters(MeterRegistry registry) {
        this.registry = registry;
        gauge("parley.http.streams", Traffic::streams, "Open SSE streams");
        gauge("parley.http.sockets", Traffic::sockets, "Open WebSockets");
        gauge("parley.http.slow.writes", Traffic::slow, "Writes paused because the client reads too slowly");
        counter(
                "parley.http.slow.cut",
                Tags.empty(),
                Traffic::cut,
                "Connections closed because the client stopped reading");
        counter("parley.http.requests", Tags.empty(), Traffic::requests, "Requests received");
        counter("parley.http.problems", Tags.of("side", "client"), Traffic::faults, "Requests answered with an error");
        counter(
                "parley.http.problems",
                Tags.of("side", "server"),
                Traffic::failures,
                "Requests answered with an error");
        Gauge.builder("parley.event.loop.late.seconds", this, HttpMeters::latest)
                .description("Last reported event loop lag, maximum of all event loops")
                .register(registry);
    }

    /** Replaces the statistics of one HTTP instance. */
    void counted(Traffic traffic) {
        doors.put(traffic.door(), traffic);
    }

    private double latest() {
        return doors.values().stream().mapToLong(Traffic::lateMillis).max().orElse(0) / MILLIS;
    }

    private long sum(ToLongFunction<Traffic> value) {
        return doors.values().stream().mapToLong(value).sum();
    }

    private void gauge(String name, ToLongFunction<Traffic> value, String meaning) {
        Gauge.builder(name, this, meters -> meters.sum(value))
                .description(meaning)
                .register(registry);
    }

    private void counter(String name, Tags tags, ToLongFunction<Traffic> value, String meaning) {
        FunctionCounter.builder(name, this, meters -> meters.sum(value))
                .tags(tags)
                .description(meaning)
                .register(registry);
    }
}

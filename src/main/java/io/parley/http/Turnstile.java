package io.parley.http;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.ServerMessage.Traffic;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Tells once a second what goes on at one share of the public port. The counting itself is done where things happen. */
final class Turnstile {

    private static final Duration TICK = Duration.ofSeconds(1);

    private final Bus bus;
    private final String id;
    private final FrontDoor front;
    private final Problems problems;
    private final SlowReader slowReader;
    private final List<OpenStreams> streams;
    private final Sockets sockets;
    private final LongSupplier nanos;
    private long told;

    Turnstile(
            Bus bus,
            Ids ids,
            FrontDoor front,
            Problems problems,
            SlowReader slowReader,
            List<OpenStreams> streams,
            Sockets sockets,
            LongSupplier nanos) {
        this.bus = bus;
        this.id = ids.next("door_");
        this.front = front;
        this.problems = problems;
        this.slowReader = slowReader;
        this.streams = List.copyOf(streams);
        this.sockets = sockets;
        this.nanos = nanos;
    }

    void start(Vertx vertx) {
        told = nanos.getAsLong();
        vertx.setPeriodic(TICK.toMillis(), _ -> tell());
    }

    private void tell() {
        long now = nanos.getAsLong();
        Duration late = Duration.ofNanos(now - told).minus(TICK);
        told = now;
        bus.tell(
                Addresses.HTTP_COUNTED,
                new Traffic(
                        id,
                        streams.stream().mapToInt(OpenStreams::size).sum(),
                        sockets.size(),
                        front.requests(),
                        problems.faults(),
                        problems.failures(),
                        slowReader.slow(),
                        slowReader.cut(),
                        Math.max(0, late.toMillis())));
    }
}

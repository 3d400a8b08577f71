package io.parley.http;

import io.parley.contract.Addresses;
import io.parley.contract.ServerMessage.HttpStats;
import java.time.Duration;
import java.util.List;

/** Tells once a second what goes on at one share of the public port. The counting itself is done where things happen. */
final class HttpStatsReporter {

    private static final Duration TICK = Duration.ofSeconds(1);

    private final ServerContext server;
    private final String id;
    private final HardenedHttpServer front;
    private final FailureHandler problems;
    private final SlowClientGuards slowReader;
    private final List<OpenStreams> streams;
    private final SocketServer sockets;
    private long told;

    HttpStatsReporter(
            ServerContext server,
            HardenedHttpServer front,
            FailureHandler problems,
            SlowClientGuards slowReader,
            List<OpenStreams> streams,
            SocketServer sockets) {
        this.server = server;
        this.id = server.ids().next("door_");
        this.front = front;
        this.problems = problems;
        this.slowReader = slowReader;
        this.streams = List.copyOf(streams);
        this.sockets = sockets;
    }

    void start() {
        told = server.nanos().getAsLong();
        server.vertx().setPeriodic(TICK.toMillis(), _ -> tell());
    }

    private void tell() {
        long now = server.nanos().getAsLong();
        Duration late = Duration.ofNanos(now - told).minus(TICK);
        told = now;
        server.bus()
                .tell(
                        Addresses.HTTP_COUNTED,
                        new HttpStats(
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

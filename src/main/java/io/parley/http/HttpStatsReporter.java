package io.parley.http;

import io.parley.contract.Addresses;
import io.parley.contract.ServerMessage.HttpStats;
import io.parley.http.server.FailureHandler;
import io.parley.http.server.HardenedHttpServer;
import io.parley.http.server.ServerContext;
import io.parley.http.server.SlowClientGuards;
import io.parley.http.stream.OpenStreamRegistry;
import io.parley.http.websocket.SocketServer;
import java.time.Duration;
import java.util.List;

/** Publishes the statistics of one HTTP instance once a second. Does not count anything itself. */
final class HttpStatsReporter {

    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);

    private final ServerContext server;
    private final String id;
    private final HardenedHttpServer httpServer;
    private final FailureHandler failureHandler;
    private final SlowClientGuards slowClientGuards;
    private final List<OpenStreamRegistry> streams;
    private final SocketServer socketServer;
    private long lastReportAt;

    HttpStatsReporter(
            ServerContext server,
            HardenedHttpServer httpServer,
            FailureHandler failureHandler,
            SlowClientGuards slowClientGuards,
            List<OpenStreamRegistry> streams,
            SocketServer socketServer) {
        this.server = server;
        this.id = server.ids().next("http_");
        this.httpServer = httpServer;
        this.failureHandler = failureHandler;
        this.slowClientGuards = slowClientGuards;
        this.streams = List.copyOf(streams);
        this.socketServer = socketServer;
    }

    void start() {
        lastReportAt = server.nanos().getAsLong();
        server.vertx().setPeriodic(REPORT_INTERVAL.toMillis(), _ -> report());
    }

    private void report() {
        long now = server.nanos().getAsLong();
        Duration lag = Duration.ofNanos(now - lastReportAt).minus(REPORT_INTERVAL);
        lastReportAt = now;
        server.bus()
                .publish(
                        Addresses.HTTP_STATS,
                        new HttpStats(
                                id,
                                streams.stream()
                                        .mapToInt(OpenStreamRegistry::size)
                                        .sum(),
                                socketServer.size(),
                                httpServer.requests(),
                                failureHandler.clientErrors(),
                                failureHandler.serverErrors(),
                                slowClientGuards.pendingWrites(),
                                slowClientGuards.closed(),
                                Math.max(0, lag.toMillis())));
    }
}

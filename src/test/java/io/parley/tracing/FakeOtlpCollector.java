package io.parley.tracing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Receives spans by OTLP over HTTP on loopback. */
final class FakeOtlpCollector implements AutoCloseable {

    private final HttpServer server;
    private final BlockingQueue<ReceivedSpan> received = new LinkedBlockingQueue<>();
    private final List<ReceivedSpan> consumed = new ArrayList<>();

    FakeOtlpCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            received.addAll(ReceivedSpan.spans(exchange.getRequestBody().readAllBytes()));
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Waits for the first span that matches {@code condition}. */
    ReceivedSpan span(Predicate<ReceivedSpan> condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            for (ReceivedSpan each : consumed) {
                if (condition.test(each)) {
                    return each;
                }
            }
            ReceivedSpan next = received.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("no such span among " + consumed);
            }
            consumed.add(next);
        }
    }

    /** All spans received so far. */
    List<ReceivedSpan> all() {
        received.drainTo(consumed);
        return List.copyOf(consumed);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

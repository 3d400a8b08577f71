package io.parley.http;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Addresses;
import io.parley.contract.RunEvent;
import io.parley.contract.RunMessage.CommandResult;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunStatus;
import io.parley.contract.StreamMessage.Follow;
import io.parley.http.conversation.ChatStreamingTest;
import io.parley.testing.SseParser;
import io.parley.testing.SseTestClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Slow clients: in sending requests and bodies, and in reading responses. */
final class SlowClientTest {

    private static final String LEAVING = ChatStreamingTest.HELLO.replaceFirst("}$", ",\"on_disconnect\":\"cancel\"}");
    private static final int TOKENS = 2048;
    private static final String STREAM = ChatStreamingTest.STREAM;

    @Test
    @DisplayName("a client that does not read causes no more reads of the log, and gets everything when it continues")
    void backPressure() throws Exception {
        try (HttpTestServer server = HttpTestServer.start();
                Socket socket = smallBufferSocket(server)) {
            server.backend.acceptRuns().publish(manyTokens());
            socket.getOutputStream()
                    .write(RawHttpClient.post(STREAM, ChatStreamingTest.HELLO).getBytes());
            awaitStable(server);
            int follows = server.backend.follows().size();
            assertThat(server.backend.deliveredEvents()).isLessThan(TOKENS);
            awaitStable(server);
            assertThat(server.backend.follows()).hasSize(follows);
            server.backend.publish(ChatEvents.done());
            assertThat(tokens(socket, new SseParser())).isEqualTo(TOKENS);
        }
    }

    @Test
    @DisplayName("a client that reads nothing for too long is disconnected, which counts as a disconnect")
    void timedOut() throws Exception {
        try (HttpTestServer server = HttpTestServer.startWithShortTimeouts();
                Socket socket = smallBufferSocket(server)) {
            server.backend
                    .acceptRuns()
                    .on(
                            Addresses.RUN_STOP,
                            stop -> new CommandResult(stop.run(), RunStatus.CANCELLED, true, Optional.empty()))
                    .publish(manyTokens());
            socket.getOutputStream().write(RawHttpClient.post(STREAM, LEAVING).getBytes());
            assertThat(server.backend.received(Stop.class).cause()).isEqualTo("disconnect");
            assertThat(server.backend.deliveredEvents()).isLessThan(TOKENS);
        }
    }

    @Test
    @DisplayName("a client that reads slowly but steadily is never disconnected")
    void steadyReader() throws Exception {
        try (HttpTestServer server = HttpTestServer.startWithShortTimeouts();
                Socket socket = smallBufferSocket(server);
                Socket idle = smallBufferSocket(server)) {
            server.backend
                    .acceptRuns()
                    .on(
                            Addresses.RUN_STOP,
                            stop -> new CommandResult(stop.run(), RunStatus.CANCELLED, true, Optional.empty()))
                    .publish(manyTokens());
            server.backend.publish(ChatEvents.done());
            socket.getOutputStream()
                    .write(RawHttpClient.post(STREAM, ChatStreamingTest.HELLO).getBytes());
            idle.getOutputStream().write(RawHttpClient.post(STREAM, LEAVING).getBytes());
            SseParser parser = new SseParser();
            int messageCount = 0;
            do { // until a client that reads nothing has been disconnected
                byte[] piece = socket.getInputStream().readNBytes(32_768);
                assertThat(piece).hasSize(32_768);
                messageCount += messages(parser.feed(piece, piece.length));
            } while (!server.backend.asks(Stop.class, Duration.ofMillis(50)));
            assertThat(messageCount + tokens(socket, parser)).isEqualTo(TOKENS);
        }
    }

    @Test
    @DisplayName("a client that reads nothing does not delay others")
    void otherReaders() throws Exception {
        try (HttpTestServer server = HttpTestServer.start();
                Socket socket = smallBufferSocket(server)) {
            server.backend.acceptRuns().publish(manyTokens());
            socket.getOutputStream()
                    .write(RawHttpClient.post(STREAM, ChatStreamingTest.HELLO).getBytes());
            awaitStable(server);
            SseTestClient healthy = server.client.stream("POST", STREAM, ChatStreamingTest.HELLO);
            server.backend.publish(ChatEvents.done());
            assertThat(healthy.remaining()).hasSize(TOKENS + 1);
        }
    }

    @Test
    @DisplayName("a connection that never completes a request head is closed, however steadily it sends")
    void slowHead() throws Exception {
        try (HttpTestServer server = HttpTestServer.startWithShortTimeouts();
                RawHttpClient silent = RawHttpClient.connect(server.port);
                RawHttpClient partial = RawHttpClient.connect(server.port)) {
            assertThat(partial.send("GET /health HTTP/1.1\r\nHost: local").readAll())
                    .isEmpty();
            assertThat(silent.readAll()).isEmpty();
            try (RawHttpClient dripping = RawHttpClient.connect(server.port)) {
                assertThat(sendSlowly(server, dripping, "GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: "))
                        .isEmpty();
            }
        }
    }

    @Test
    @DisplayName("a body that arrives too slowly is answered with 408, and the connection is closed")
    void slowBody() throws Exception {
        try (HttpTestServer server = HttpTestServer.startWithShortTimeouts();
                RawHttpClient dripping = RawHttpClient.connect(server.port)) {
            String answer = sendSlowly(
                    server,
                    dripping,
                    "POST /api/v1/contexts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 1000\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 408 ").containsIgnoringCase("connection: close");
        }
    }

    @Test
    @DisplayName("a connection that is idle after a request is closed as well")
    void idle() throws Exception {
        try (HttpTestServer server = HttpTestServer.startWithShortTimeouts();
                RawHttpClient socket = RawHttpClient.connect(server.port)) {
            String request = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";
            assertThat(socket.send(request).readUntil("\"errors\":[]}")).startsWith("HTTP/1.1 404 ");
            assertThat(socket.send(request).readAll()).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    @DisplayName("a stream may be idle for any time: the deadlines apply to requests")
    void silentStream() throws Exception {
        try (HttpTestServer server = HttpTestServer.startWithShortTimeouts()) {
            server.backend.acceptRuns();
            SseTestClient chat = server.client.stream("POST", STREAM, ChatStreamingTest.HELLO);
            // eight heartbeats are three times the deadline of a request
            eventually(() -> assertThat(chat.raw().split(":keepalive", -1)).hasSizeGreaterThan(8));
            server.backend.publish(ChatEvents.done());
            assertThat(chat.remaining()).extracting(SseParser.Event::name).containsExactly("done");
        }
    }

    @Test
    @DisplayName("the log is read with the heartbeat as the maximum wait")
    void followTimeout() throws Exception {
        try (HttpTestServer server = HttpTestServer.start()) {
            server.backend.acceptRuns();
            SseTestClient chat = server.client.stream("POST", STREAM, ChatStreamingTest.HELLO);
            server.backend.publish(ChatEvents.token("a"));
            chat.next();
            server.backend.publish(ChatEvents.done());
            chat.remaining();
            assertThat(server.backend.follows()).extracting(Follow::maxWait).containsOnly(HttpTestServer.HEARTBEAT);
        }
    }

    /** Sends one byte at a time until the server closes the connection. */
    private static String sendSlowly(HttpTestServer server, RawHttpClient socket, String head) throws Exception {
        socket.send(head);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        socket.socket().setSoTimeout(20);
        while (System.nanoTime() < deadline) {
            try {
                int first = socket.socket().getInputStream().read();
                socket.socket().setSoTimeout(5000);
                return first < 0 ? "" : (char) first + socket.readAll();
            } catch (java.net.SocketTimeoutException e) {
                socket.send("a");
            }
        }
        throw new AssertionError("still open");
    }

    private static Socket smallBufferSocket(HttpTestServer server) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(65_536);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port));
        return socket;
    }

    /** More text than socket buffers can hold. */
    private static RunEvent[] manyTokens() {
        return Collections.nCopies(TOKENS, ChatEvents.token("x".repeat(4096))).toArray(RunEvent[]::new);
    }

    /** Waits until no event is delivered during twenty other requests. */
    private static void awaitStable(HttpTestServer server) throws Exception {
        eventually(() -> {
            int before = server.backend.deliveredEvents();
            assertThat(before).isPositive();
            for (int i = 0; i < 20; i++) {
                server.client.get("/health");
            }
            assertThat(server.backend.deliveredEvents()).isEqualTo(before);
        });
    }

    private static int messages(List<SseParser.Event> events) {
        return (int)
                events.stream().filter(event -> event.name().equals("message")).count();
    }

    private static int tokens(Socket socket, SseParser parser) throws Exception {
        int tokens = 0;
        byte[] piece = new byte[65_536];
        while (true) {
            int n = socket.getInputStream().read(piece);
            if (n < 0) {
                throw new AssertionError("connection closed after token " + tokens);
            }
            List<SseParser.Event> events = parser.feed(piece, n);
            tokens += messages(events);
            if (events.stream().anyMatch(event -> event.name().equals("done"))) {
                return tokens;
            }
        }
    }
}

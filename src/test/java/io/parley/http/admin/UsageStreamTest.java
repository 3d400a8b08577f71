package io.parley.http.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Addresses;
import io.parley.contract.RequestContext;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.parley.http.HttpTestServer;
import io.parley.testing.SseParser;
import io.parley.testing.SseParser.Event;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Live usage for a client that reads too slowly. */
class UsageStreamTest {

    private static final int RECORDS = 40_000;

    @Test
    @DisplayName("a slow client misses events, and receives their number")
    void dropped() throws Exception {
        try (HttpTestServer server = HttpTestServer.start();
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port));
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /api/v1/usage/stream HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
            InputStream in = socket.getInputStream();
            SseParser parser = new SseParser();
            assertThat(in.read()).isEqualTo('H'); // the response has started
            for (int i = 0; i < RECORDS; i++) {
                server.bus.publish(Addresses.USAGE_RECORDED, recordedUsage(i));
            }
            List<Event> events = new ArrayList<>();
            byte[] piece = new byte[65_536];
            long counted = 0;
            while (counted < RECORDS) {
                int n = in.read(piece);
                assertThat(n).as("after event " + counted).isPositive();
                for (Event event : parser.feed(piece, n)) {
                    events.add(event);
                    counted += event.name().equals("dropped") ? count(event) : 1;
                }
            }
            assertThat(events).extracting(Event::name).contains("spent", "dropped");
            assertThat(counted).isEqualTo(RECORDS);
        }
    }

    private static long count(Event dropped) {
        return Long.parseLong(dropped.data().replaceAll("\\D", ""));
    }

    private static UsageRecorded recordedUsage(int number) {
        RequestContext requestContext = new RequestContext("req_" + number, "dev", Optional.empty(), Optional.empty());
        AttemptEnded attempt = new AttemptEnded(
                "call_" + number + ".1",
                requestContext,
                "demo",
                "demo",
                Usage.NONE,
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                1,
                2);
        return new UsageRecorded(attempt, Instant.EPOCH);
    }
}

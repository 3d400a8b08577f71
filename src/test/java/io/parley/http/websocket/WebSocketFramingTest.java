package io.parley.http.websocket;

import static io.parley.testing.WebSocketTestClient.ABNORMAL_CLOSURE;
import static io.parley.testing.WebSocketTestClient.BINARY;
import static io.parley.testing.WebSocketTestClient.CLOSE;
import static io.parley.testing.WebSocketTestClient.CONTINUATION;
import static io.parley.testing.WebSocketTestClient.FIN;
import static io.parley.testing.WebSocketTestClient.PING;
import static io.parley.testing.WebSocketTestClient.PONG;
import static io.parley.testing.WebSocketTestClient.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.http.WebSocketTestServer;
import io.parley.testing.WebSocketTestClient;
import io.parley.testing.WebSocketTestClient.Frame;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The groups of the Autobahn suite that apply here: framing, pings, reserved bits, opcodes, fragments, UTF-8, close codes, limits. */
class WebSocketFramingTest {

    private static final byte[] PING_TEXT = "{\"type\":\"ping\"}".getBytes(UTF_8);
    private static final byte[] EMPTY = {};

    private static WebSocketTestServer server;

    private WebSocketTestClient client;

    @BeforeAll
    static void start() throws Exception {
        server = WebSocketTestServer.start(true);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void connect() throws IOException {
        client = server.connect();
        assertThat(client.status()).isEqualTo(101);
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
    }

    @ParameterizedTest(name = "a text message of {0} bytes is answered")
    @ValueSource(ints = {125, 126, 127, 128, 65_535, 65_536})
    void sizes(int size) throws IOException {
        byte[] message = new byte[size];
        Arrays.fill(message, (byte) ' ');
        System.arraycopy(PING_TEXT, 0, message, 0, PING_TEXT.length);
        client.sendFrame(FIN | TEXT, message);
        assertPong();
    }

    @Test
    @DisplayName("a frame that arrives byte by byte is answered")
    void byteByByte() throws IOException {
        for (byte each : WebSocketTestClient.bytes(FIN | TEXT, PING_TEXT)) {
            client.sendRaw(new byte[] {each});
        }
        assertPong();
    }

    @Test
    @DisplayName("an empty text is reported as an invalid message, and the socket stays open")
    void emptyText() throws IOException {
        assertThat(client.sendText("").nextMessage().getString("code")).isEqualTo("invalid_json");
        client.sendFrame(FIN | TEXT, PING_TEXT);
        assertPong();
    }

    @ParameterizedTest(name = "a ping of {0} bytes is answered with the same bytes")
    @ValueSource(ints = {0, 1, 5, 125})
    void pings(int size) throws IOException {
        byte[] payload = new byte[size];
        Arrays.fill(payload, (byte) 0xfe);
        Frame pong = client.sendFrame(FIN | PING, payload).readFrame().orElseThrow();
        assertThat(pong.opcode()).isEqualTo(PONG);
        assertThat(pong.payload()).isEqualTo(payload);
    }

    @Test
    @DisplayName("ten pings at once are answered in order")
    void tenPings() throws IOException {
        for (byte i = 0; i < 10; i++) {
            client.sendFrame(FIN | PING, new byte[] {i});
        }
        for (byte i = 0; i < 10; i++) {
            assertThat(client.readFrame().orElseThrow().payload()).containsExactly(i);
        }
    }

    @Test
    @DisplayName("an unsolicited pong is ignored")
    void unsolicitedPong() throws IOException {
        client.sendFrame(FIN | PONG, "hello".getBytes(UTF_8)).sendFrame(FIN | TEXT, PING_TEXT);
        assertPong();
    }

    @Test
    @DisplayName("a fragmented message with a ping between the fragments is answered, the ping first")
    void fragmentsAndPing() throws IOException {
        client.sendFrame(TEXT, Arrays.copyOf(PING_TEXT, 4))
                .sendFrame(FIN | PING, "p".getBytes(UTF_8))
                .sendFrame(CONTINUATION, EMPTY)
                .sendFrame(FIN | CONTINUATION, Arrays.copyOfRange(PING_TEXT, 4, PING_TEXT.length));
        assertThat(client.readFrame().orElseThrow().text()).isEqualTo("p");
        assertPong();
    }

    @ParameterizedTest(name = "the connection ends: {0}")
    @MethodSource
    void violations(String name, byte[] bytes) throws IOException {
        assertThat(client.sendRaw(bytes).closeCode()).as(name).isIn(ABNORMAL_CLOSURE, 1002, 1007, 1009);
    }

    static Stream<Arguments> violations() {
        byte[] unmasked = {(byte) (FIN | TEXT), 2, '{', '}'};
        return Stream.of(
                Arguments.of("reserved bit 1", WebSocketTestClient.bytes(FIN | 0x40 | TEXT, PING_TEXT)),
                Arguments.of("reserved bit 2", WebSocketTestClient.bytes(FIN | 0x20 | TEXT, PING_TEXT)),
                Arguments.of("reserved bit 3", WebSocketTestClient.bytes(FIN | 0x10 | TEXT, PING_TEXT)),
                Arguments.of("all reserved bits on a ping", WebSocketTestClient.bytes(FIN | 0x70 | PING, EMPTY)),
                Arguments.of("reserved opcode 3", WebSocketTestClient.bytes(FIN | 3, EMPTY)),
                Arguments.of("reserved opcode 7", WebSocketTestClient.bytes(FIN | 7, PING_TEXT)),
                Arguments.of("reserved opcode 11", WebSocketTestClient.bytes(FIN | 11, EMPTY)),
                Arguments.of("reserved opcode 15", WebSocketTestClient.bytes(FIN | 15, PING_TEXT)),
                Arguments.of("ping of 126 bytes", WebSocketTestClient.bytes(FIN | PING, new byte[126])),
                Arguments.of("fragmented ping", WebSocketTestClient.bytes(PING, EMPTY)),
                Arguments.of(
                        "continuation without a message", WebSocketTestClient.bytes(FIN | CONTINUATION, PING_TEXT)),
                Arguments.of(
                        "text within a text",
                        concat(
                                WebSocketTestClient.bytes(TEXT, PING_TEXT),
                                WebSocketTestClient.bytes(FIN | TEXT, PING_TEXT))),
                Arguments.of("unmasked", unmasked),
                Arguments.of("a frame of 65,537 bytes", WebSocketTestClient.bytes(FIN | TEXT, new byte[65_537])),
                Arguments.of("a frame of 2^62 bytes", WebSocketTestClient.bytes(FIN | TEXT, 1L << 62, EMPTY)),
                Arguments.of(
                        "a frame of a negative size", WebSocketTestClient.bytes(FIN | TEXT, Long.MIN_VALUE, EMPTY)),
                Arguments.of("close of one byte", WebSocketTestClient.bytes(FIN | CLOSE, new byte[1])),
                Arguments.of("close with a reason that is not UTF-8", close(1000, (byte) 0xff)),
                Arguments.of("close with 0", close(0)),
                Arguments.of("close with 999", close(999)),
                Arguments.of("close with 1004", close(1004)),
                Arguments.of("close with 1005", close(1005)),
                Arguments.of("close with 1006", close(1006)),
                Arguments.of("close with 1015", close(1015)),
                Arguments.of("close with 2000", close(2000)));
    }

    @ParameterizedTest(name = "a close with {0} is answered with the same code")
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999})
    void closeCodes(int code) throws IOException {
        assertThat(client.sendRaw(close(code)).closeCode()).isEqualTo(code);
        assertThat(client.readFrame()).isEmpty();
    }

    @Test
    @DisplayName("an empty close is answered with a close")
    void emptyClose() throws IOException {
        assertThat(client.sendFrame(FIN | CLOSE, EMPTY)
                        .readFrame()
                        .orElseThrow()
                        .opcode())
                .isEqualTo(CLOSE);
        assertThat(client.readFrame()).isEmpty();
    }

    @Test
    @DisplayName("frames after a close are ignored")
    void afterClose() throws IOException {
        client.sendRaw(concat(close(1000), WebSocketTestClient.bytes(FIN | TEXT, PING_TEXT)));
        assertThat(client.readFrame().orElseThrow().opcode()).isEqualTo(CLOSE);
        assertThat(client.readFrame()).isEmpty();
    }

    @Test
    @DisplayName("text in four scripts, split at every byte, is echoed unchanged")
    void utf8() throws IOException {
        byte[] text = "{\"type\":\"ping\",\"id\":\"x\",\"aß κόσμε 日本 🙂\":1}".getBytes(UTF_8);
        for (int cut = 0; cut < text.length; cut += 7) {
            try (WebSocketTestClient each = server.connect()) {
                each.sendFrame(TEXT, Arrays.copyOf(text, cut))
                        .sendFrame(FIN | CONTINUATION, Arrays.copyOfRange(text, cut, text.length));
                JsonObject error = each.nextMessage();
                assertThat(error.getJsonArray("errors").getJsonObject(0).getString("pointer"))
                        .isEqualTo("/aß κόσμε 日本 🙂");
            }
        }
    }

    @ParameterizedTest(name = "1007: {0}")
    @ValueSource(strings = {"ff", "c0af", "e282", "eda080", "f4908080", "cebae1bdb9cf83cebcceb5eda080656469746564"})
    void notUtf8(String hex) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(client.sendFrame(FIN | TEXT, bytes).closeCode()).isEqualTo(1007);
        try (WebSocketTestClient inPieces = server.connect()) {
            inPieces.sendFrame(TEXT, new byte[] {'{'}).sendFrame(CONTINUATION, Arrays.copyOf(bytes, 1));
            inPieces.sendFrame(FIN | CONTINUATION, Arrays.copyOfRange(bytes, 1, bytes.length));
            assertThat(inPieces.closeCode()).isEqualTo(1007);
        }
    }

    @Test
    @DisplayName("an invalid byte closes the connection before the message ends")
    void notUtf8FailsFast() throws IOException {
        assertThat(client.sendFrame(TEXT, new byte[] {(byte) 0xff}).closeCode()).isEqualTo(1007);
    }

    @Test
    @DisplayName("binary closes with 1003")
    void binary() throws IOException {
        assertThat(client.sendFrame(FIN | BINARY, PING_TEXT).closeCode()).isEqualTo(1003);
    }

    @Test
    @DisplayName("a message larger than 256 KiB closes with 1009")
    void tooBig() throws IOException {
        byte[] piece = new byte[60_000];
        Arrays.fill(piece, (byte) 'x');
        client.sendFrame(TEXT, piece);
        for (int i = 0; i < 4; i++) {
            client.sendFrame(CONTINUATION, piece);
        }
        assertThat(client.closeCode()).isEqualTo(1009);
    }

    @Test
    @DisplayName("endless empty fragments close with 1008")
    void fragmentFlood() throws IOException {
        client.sendFrame(TEXT, EMPTY).flood(CONTINUATION, EMPTY, 3_000);
        assertThat(client.closeCode()).isEqualTo(1008);
    }

    @Test
    @DisplayName("a flood of pings closes with 1008 within a second")
    void pingFlood() throws IOException {
        long startedAt = System.nanoTime();
        client.flood(FIN | PING, EMPTY, 3_000);
        assertThat(client.closeCode()).isEqualTo(1008);
        assertThat(System.nanoTime() - startedAt).isLessThan(1_000_000_000L);
    }

    @Test
    @DisplayName("no frame follows the close frame, however many pings are sent")
    void nothingAfterClose() throws IOException {
        client.flood(FIN | PING, EMPTY, 3_000);
        assertThat(client.closeCode()).isEqualTo(1008);
        client.flood(FIN | PING, EMPTY, 100);
        assertThat(client.readFrame()).isEmpty();
    }

    @Test
    @DisplayName("a flood of messages closes with 4429 within a second")
    void messageFlood() throws IOException {
        long startedAt = System.nanoTime();
        client.flood(FIN | TEXT, PING_TEXT, 2_000);
        assertThat(client.closeCode()).isEqualTo(4429);
        assertThat(System.nanoTime() - startedAt).isLessThan(1_000_000_000L);
    }

    @Test
    @DisplayName("ten invalid messages get an error each, then the socket is closed with 4400")
    void badMessages() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertThat(client.sendText("{").nextMessage().getString("type")).isEqualTo("error");
        }
        assertThat(client.closeCode()).isEqualTo(4400);
    }

    @Test
    @DisplayName("the connection ends soon after the close frame, whether the client answers it or not")
    void closeHandshakeIgnored() throws IOException {
        client.sendFrame(FIN | BINARY, EMPTY);
        assertThat(client.closeCode()).isEqualTo(1003);
        assertThat(client.readFrame()).isEmpty();
    }

    @Test
    @DisplayName("no extension is negotiated")
    void extensions() throws IOException {
        try (WebSocketTestClient asking = server.connect(
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-webkit-deflate-frame")) {
            assertThat(asking.status()).isEqualTo(101);
            assertThat(asking.header("sec-websocket-extensions")).isEmpty();
        }
    }

    private void assertPong() throws IOException {
        assertThat(client.nextMessage()).isEqualTo(new JsonObject().put("type", "pong"));
    }

    private static byte[] close(int code, byte... reason) {
        byte[] payload = ByteBuffer.allocate(2 + reason.length)
                .putShort((short) code)
                .put(reason)
                .array();
        return WebSocketTestClient.bytes(FIN | CLOSE, payload);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}

package io.parley.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A WebSocket client on a plain socket, which can violate the protocol in any way. Blocks for at most eight seconds.
 */
public final class WebSocketTestClient implements AutoCloseable {

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;
    public static final int FIN = 0x80;

    /** Result of {@link #closeCode} when the connection ended without a close frame. */
    public static final int ABNORMAL_CLOSURE = 1006;

    private static final int READ_TIMEOUT_MILLIS = 8_000;
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private final Socket socket;
    private final DataInputStream in;
    private final String statusLine;
    private final Map<String, String> headers = new TreeMap<>();

    private WebSocketTestClient(Socket socket, String request) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        statusLine = line();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
    }

    /** One frame, as received. */
    public record Frame(int opcode, boolean fin, byte[] payload) {
        public String text() {
            return new String(payload, UTF_8);
        }
    }

    /** Upgrades correctly, with additional header lines. */
    public static WebSocketTestClient connect(int port, String path, String... headers) throws IOException {
        return connectTo(port, "127.0.0.1:" + port, path, headers);
    }

    /** Upgrades correctly, with {@code host} in the Host header. */
    public static WebSocketTestClient connectTo(int port, String host, String path, String... headers)
            throws IOException {
        return upgrade(port, "GET " + path + " HTTP/1.1", host, "Sec-WebSocket-Version: 13", headers);
    }

    /** Upgrades with the given request line and version line. */
    public static WebSocketTestClient send(int port, String requestLine, String version, String... headers)
            throws IOException {
        return upgrade(port, requestLine, "127.0.0.1:" + port, version, headers);
    }

    private static WebSocketTestClient upgrade(
            int port, String requestLine, String host, String version, String... headers) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                requestLine,
                "Host: " + host,
                "Connection: Upgrade",
                "Upgrade: websocket",
                version,
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        lines.addAll(List.of(headers));
        String request = String.join("\r\n", lines) + "\r\n\r\n";
        return new WebSocketTestClient(new Socket(InetAddress.getLoopbackAddress(), port), request);
    }

    public int status() {
        return Integer.parseInt(statusLine.split(" ")[1]);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    public WebSocketTestClient sendText(String message) throws IOException {
        return sendFrame(FIN | TEXT, message.getBytes(UTF_8));
    }

    public WebSocketTestClient sendJson(JsonObject message) throws IOException {
        return sendText(message.encode());
    }

    /** Sends a masked frame; {@code first} is its first byte: FIN, reserved bits and opcode. */
    public WebSocketTestClient sendFrame(int first, byte[] payload) throws IOException {
        return sendRaw(bytes(first, payload));
    }

    public WebSocketTestClient sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends the same frame many times in as few writes as possible; returns silently when the server has closed the connection. */
    public WebSocketTestClient flood(int first, byte[] payload, int times) {
        byte[] one = bytes(first, payload);
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            buffer.writeBytes(one);
        }
        try {
            sendRaw(buffer.toByteArray());
        } catch (IOException e) {
            // the server may close the connection meanwhile
        }
        return this;
    }

    public static byte[] bytes(int first, byte[] payload) {
        return bytes(first, payload.length, payload);
    }

    /** Sends the header of a frame that announces {@code length} bytes. */
    public static byte[] bytes(int first, long length, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        if (length >= 0 && length < 126) {
            frame.put((byte) (0x80 | length));
        } else if (length >= 0 && length < 65_536) {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(length);
        }
        frame.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ MASK[i % 4]));
        }
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    /** Waits for the next frame of any kind; empty when the connection has ended. */
    public Optional<Frame> readFrame() throws IOException {
        try {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            int length = second & 0x7f;
            long size = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            byte[] payload = new byte[(int) size];
            in.readFully(payload);
            return Optional.of(new Frame(first & 0x0f, (first & FIN) != 0, payload));
        } catch (EOFException | SocketException e) {
            return Optional.empty();
        }
    }

    /** Waits for the next message; replies to pings in between. */
    public JsonObject nextMessage() throws IOException {
        while (true) {
            Frame frame = readFrame().orElseThrow(() -> new AssertionError("the connection has ended"));
            switch (frame.opcode()) {
                case TEXT -> {
                    return new JsonObject(frame.text());
                }
                case PING -> sendFrame(FIN | PONG, frame.payload());
                default -> throw new AssertionError("opcode " + frame.opcode() + " " + code(frame));
            }
        }
    }

    /** Reads messages up to and including the first of {@code type}. */
    public List<JsonObject> readUntil(String type) throws IOException {
        List<JsonObject> messages = new ArrayList<>();
        do {
            messages.add(nextMessage());
        } while (!messages.getLast().getString("type").equals(type));
        return messages;
    }

    /** Reads until the server closes, and returns the close code. */
    public int closeCode() throws IOException {
        for (Optional<Frame> frame = readFrame(); frame.isPresent(); frame = readFrame()) {
            if (frame.get().opcode() == CLOSE) {
                return code(frame.get());
            }
        }
        return ABNORMAL_CLOSURE;
    }

    private static int code(Frame frame) {
        return frame.opcode() == CLOSE && frame.payload().length >= 2
                ? ByteBuffer.wrap(frame.payload()).getShort()
                : 1005;
    }

    /** Returns the rest of an HTTP response that was no upgrade. */
    public String body() throws IOException {
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = new byte[length];
        in.readFully(body);
        return new String(body, UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection has ended");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package io.parley.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/** An HTTP client that can send any bytes. */
public final class RawHttpClient implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 10_000;

    private final Socket socket;

    private RawHttpClient(Socket socket) {
        this.socket = socket;
    }

    public static RawHttpClient connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        return new RawHttpClient(socket);
    }

    /** Returns a well-formed request with a JSON body. */
    public static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(UTF_8).length + "\r\n\r\n" + body;
    }

    public RawHttpClient send(String text) throws IOException {
        return send(text.getBytes(ISO_8859_1));
    }

    RawHttpClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads until the server closes the connection; fails if it does not. */
    public String readAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (SocketException e) {
            // the connection was reset
        }
        return all.toString(ISO_8859_1);
    }

    /** Reads up to and including the first {@code marker}. */
    public String readUntil(String marker) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(marker) < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new AssertionError("the connection ended before " + marker + " in " + text);
            }
            text.append((char) b);
        }
        return text.toString();
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package io.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One request to the {@link FakeProvider}, and the bytes of its response. */
public final class FakeProviderExchange {

    private final Socket socket;
    private final String requestLine;
    private final Map<String, String> headers;
    private final String body;
    private final CountDownLatch disconnected = new CountDownLatch(1);
    private volatile long disconnectedAt;
    private volatile long bytesWritten;

    FakeProviderExchange(Socket socket, String requestLine, Map<String, String> headers, String body) {
        this.socket = socket;
        this.requestLine = requestLine;
        this.headers = headers;
        this.body = body;
    }

    public String path() {
        return requestLine.split(" ", 3)[1];
    }

    /** Returns the request header {@code name}, or an empty string. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public Map<String, String> headers() {
        return headers;
    }

    /** Returns the request body, unchanged. */
    public String body() {
        return body;
    }

    /** Starts a chunked response with status 200 and the provider's content type. */
    public FakeProviderExchange startStream(ProviderWireFormat wire) throws IOException {
        return raw("HTTP/1.1 200 OK\r\ncontent-type: " + wire.contentType() + "\r\ntransfer-encoding: chunked\r\n\r\n");
    }

    /** Writes one chunk. */
    public FakeProviderExchange write(String text) throws IOException {
        return write(text.getBytes(UTF_8));
    }

    /** Writes one chunk. */
    public FakeProviderExchange write(byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return this;
        }
        return chunk(bytes, "\r\n");
    }

    /** Writes one chunk and ends the response; the connection stays open. */
    public void finish(String text) throws IOException {
        chunk(text.getBytes(UTF_8), "\r\n0\r\n\r\n");
    }

    private FakeProviderExchange chunk(byte[] bytes, String tail) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(UTF_8));
        all.writeBytes(bytes);
        all.writeBytes(tail.getBytes(UTF_8));
        return raw(all.toByteArray());
    }

    /** Writes each byte as its own chunk. */
    public FakeProviderExchange writeByteByByte(String text) throws IOException {
        for (byte value : text.getBytes(UTF_8)) {
            write(new byte[] {value});
        }
        return this;
    }

    /** Ends a chunked response; the connection stays open. */
    public void end() throws IOException {
        raw("0\r\n\r\n");
    }

    /** Sends a complete response that is no stream. Each of {@code fields} is a header line. */
    public void respond(int status, String text, String... fields) throws IOException {
        byte[] content = text.getBytes(UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Because\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        raw(head + "content-length: " + content.length + "\r\n\r\n");
        raw(content);
    }

    /** Writes these bytes without any framing. */
    public FakeProviderExchange raw(String text) throws IOException {
        return raw(text.getBytes(UTF_8));
    }

    /** Writes these bytes without any framing. */
    public FakeProviderExchange raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        bytesWritten += bytes.length;
        return this;
    }

    /** Closes the connection, as a process does that exits. */
    public void truncate() throws IOException {
        socket.close();
    }

    /** Resets the connection, as a crash does. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Sends nothing for some time or until the client disconnects; returns whether the client is still connected. */
    public boolean delay(Duration duration) throws InterruptedException {
        return !disconnected.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Sends nothing until the client disconnects. */
    public void awaitDisconnect() throws InterruptedException {
        disconnected.await();
    }

    /** Returns the number of bytes sent to the client. */
    public long bytesWritten() {
        return bytesWritten;
    }

    /** Waits until the client closes the connection, and returns the {@code System.nanoTime} of that. */
    public long disconnectedAt() throws InterruptedException {
        if (!disconnected.await(FakeProvider.TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("the client is still connected");
        }
        return disconnectedAt;
    }

    void onDisconnect() {
        if (disconnected.getCount() > 0) {
            disconnectedAt = System.nanoTime();
            disconnected.countDown();
        }
    }
}

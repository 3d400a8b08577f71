package io.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One request to the {@link FakeProvider}, and the bytes that answer it. */
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

    /** The request's header {@code name}, or an empty text. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public Map<String, String> headers() {
        return headers;
    }

    /** The request's body as it came. */
    public String body() {
        return body;
    }

    /** Begin a chunked answer of status 200 in the vendor's content type. */
    public FakeProviderExchange startStream(ProviderWireFormat wire) throws IOException {
        return raw("HTTP/1.1 200 OK\r\ncontent-type: " + wire.contentType() + "\r\ntransfer-encoding: chunked\r\n\r\n");
    }

    /** Write one chunk. */
    public FakeProviderExchange write(String text) throws IOException {
        return write(text.getBytes(UTF_8));
    }

    /** Write one chunk. */
    public FakeProviderExchange write(byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return this;
        }
        return chunk(bytes, "\r\n");
    }

    /** Write one chunk and end the answer with it; the connection lives on. */
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

    /** Write each byte as a chunk of its own. */
    public FakeProviderExchange writeByteByByte(String text) throws IOException {
        for (byte value : text.getBytes(UTF_8)) {
            write(new byte[] {value});
        }
        return this;
    }

    /** End a chunked answer; the connection lives on. */
    public void end() throws IOException {
        raw("0\r\n\r\n");
    }

    /** A whole answer that is no stream. Each of {@code fields} is a header line. */
    public void respond(int status, String text, String... fields) throws IOException {
        byte[] content = text.getBytes(UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Because\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        raw(head + "content-length: " + content.length + "\r\n\r\n");
        raw(content);
    }

    /** Write these bytes without any framing. */
    public FakeProviderExchange raw(String text) throws IOException {
        return raw(text.getBytes(UTF_8));
    }

    /** Write these bytes without any framing. */
    public FakeProviderExchange raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        bytesWritten += bytes.length;
        return this;
    }

    /** Close the connection as a process that ends does. */
    public void truncate() throws IOException {
        socket.close();
    }

    /** Close the connection as a crash does. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Say nothing for a while, or until the client goes; true if it is still there. */
    public boolean delay(Duration duration) throws InterruptedException {
        return !disconnected.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Say nothing until the client goes. */
    public void awaitDisconnect() throws InterruptedException {
        disconnected.await();
    }

    /** How many bytes the client has been sent. */
    public long bytesWritten() {
        return bytesWritten;
    }

    /** The {@code System.nanoTime} at which the client closed the connection; waits for it. */
    public long disconnectedAt() throws InterruptedException {
        if (!disconnected.await(FakeProvider.TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("the client is still there");
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

package io.parley.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An event stream as a client sees it: events in order of arrival, parsed as the HTML standard says. */
public final class SseTestClient implements AutoCloseable {

    private static final SseParser.Event END = new SseParser.Event("", "", "");

    private final HttpResponse<InputStream> response;
    private final SseParser parser = new SseParser();
    private final BlockingQueue<SseParser.Event> events = new LinkedBlockingQueue<>();
    private volatile @Nullable IOException failure;

    SseTestClient(HttpResponse<InputStream> response) {
        this.response = response;
        Thread.ofVirtual().start(this::read);
    }

    public int status() {
        return response.statusCode();
    }

    public HttpHeaders headers() {
        return response.headers();
    }

    public Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    /** Waits for the next event. */
    public SseParser.Event next() throws InterruptedException {
        SseParser.Event event = events.poll(10, TimeUnit.SECONDS);
        if (event == null || event == END) {
            throw new AssertionError(event == null ? "no event came" : "the stream has ended");
        }
        return event;
    }

    /** Returns all events to the end of the stream. */
    public List<SseParser.Event> remaining() throws InterruptedException {
        List<SseParser.Event> rest = new ArrayList<>();
        while (true) {
            SseParser.Event event = events.poll(10, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("the stream did not end; events so far: " + rest);
            }
            if (event == END) {
                return rest;
            }
            rest.add(event);
        }
    }

    /** Returns everything received so far, byte for byte, as text. */
    public String raw() {
        return parser.raw();
    }

    /** Returns whether the connection was lost before the stream ended. */
    public boolean truncated() {
        return failure != null;
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }

    private void read() {
        byte[] piece = new byte[4096];
        try (InputStream in = response.body()) {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                events.addAll(parser.feed(piece, n));
            }
        } catch (IOException e) {
            failure = e;
        }
        events.add(END);
    }
}

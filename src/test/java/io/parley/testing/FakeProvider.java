package io.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.config.ProviderConfig;
import io.parley.config.Secret;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A vendor that says exactly what a test tells it to, byte for byte, on a free loopback port. Knows HTTP/1.1; how vendors write is
 * {@link ProviderWireFormat}'s. Scripts run on virtual threads, so they may simply wait.
 *
 * <pre>{@code
 * try (FakeVendor vendor = FakeVendor.start()) {
 *     vendor.then(Scripts.answer(Wire.OPENAI, "Hel", "lo"));
 *     vendor.then(Scripts.problem(429, "{}", "retry-after: 7"));
 *     vendor.then(exchange -> exchange.stream(Wire.OPENAI).write("data: {").reset());
 *     ... talk to vendor.url("/v1") ...
 *     Exchange exchange = vendor.take();   // what was asked, and when the client went away
 * }
 * }</pre>
 */
public final class FakeProvider implements AutoCloseable {

    /** How long any test waits for anything. */
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** The key that {@link #config} has. */
    public static final String API_KEY = "sk-test-0123456789";

    private final ServerSocket server;
    private final Queue<ResponseScript> scripts = new ConcurrentLinkedQueue<>();
    private final List<FakeProviderExchange> exchanges = new CopyOnWriteArrayList<>();
    private final BlockingQueue<FakeProviderExchange> received = new LinkedBlockingQueue<>();
    private final Set<Socket> openConnections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger acceptedConnections = new AtomicInteger();
    private volatile ResponseScript defaultScript =
            exchange -> ProviderScripts.answer(ProviderWireFormat.at(exchange.path()), "Hello", ", ", "world")
                    .play(exchange);

    private FakeProvider(ServerSocket server) {
        this.server = server;
    }

    /** A vendor on a free port of the loopback. */
    public static FakeProvider start() {
        try {
            return start(new ServerSocket(0, 4096, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A vendor behind {@code server}, which may speak TLS. */
    public static FakeProvider start(ServerSocket server) {
        FakeProvider provider = new FakeProvider(server);
        Thread.ofVirtual().name("fake-vendor").start(provider::accept);
        return provider;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** This vendor's address with {@code path}, e.g. {@code /v1}. */
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** The configuration of this vendor as {@code name}, with the key {@link #API_KEY} and limits that no honest test meets. */
    public ProviderConfig config(String name, ProviderWireFormat wire) {
        Duration second = Duration.ofSeconds(1);
        ProviderConfig.Timeouts timeouts =
                new ProviderConfig.Timeouts(second.multipliedBy(2), TIMEOUT, TIMEOUT, TIMEOUT, Duration.ofSeconds(60));
        return new ProviderConfig(
                name,
                wire.format(),
                url(wire == ProviderWireFormat.OPENAI ? "/v1" : ""),
                Optional.of(new Secret(API_KEY)),
                ProviderWireFormat.MODEL,
                Optional.empty(),
                1000,
                4 << 20,
                timeouts);
    }

    /** The settings of a server that knows this vendor as {@code name}, with one model; more can be put. */
    public Map<String, String> settings(String name, ProviderWireFormat wire, String model) {
        String path = "providers." + name;
        return new HashMap<>(Map.of(
                path + ".format",
                wire.name().toLowerCase(Locale.ROOT),
                path + ".base-url",
                url(wire == ProviderWireFormat.OPENAI ? "/v1" : "").toString(),
                path + ".api-key",
                "k",
                path + ".model",
                model));
    }

    /** Play {@code script} to the next request that no other script is waiting for. */
    public FakeProvider enqueue(ResponseScript script) {
        scripts.add(script);
        return this;
    }

    /** Play {@code script} to every request that no script is waiting for. */
    public FakeProvider defaultScript(ResponseScript script) {
        defaultScript = script;
        return this;
    }

    /** Everything that was asked so far. */
    public List<FakeProviderExchange> exchanges() {
        return exchanges;
    }

    /** The next request that was not taken yet; waits for it. */
    public FakeProviderExchange nextExchange() throws InterruptedException {
        FakeProviderExchange next = received.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("nobody asked the vendor");
        }
        return next;
    }

    /** How many connections are open now. */
    public int openConnections() {
        return openConnections.size();
    }

    /** How many connections there have ever been. */
    public int acceptedConnections() {
        return acceptedConnections.get();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : openConnections) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                openConnections.add(socket);
                acceptedConnections.incrementAndGet();
                Thread.ofVirtual().start(() -> read(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** Reads on while scripts are played, so that it sees the client go. */
    private void read(Socket socket) {
        FakeProviderExchange last = null;
        try (socket) {
            socket.setTcpNoDelay(true);
            RequestReader requests = new RequestReader(socket.getInputStream());
            while (requests.next()) {
                FakeProviderExchange exchange =
                        new FakeProviderExchange(socket, requests.line(), requests.headers(), requests.body());
                last = exchange;
                exchanges.add(exchange);
                received.add(exchange);
                ResponseScript script = scripts.poll();
                Thread.ofVirtual().start(() -> run(script == null ? defaultScript : script, exchange));
            }
        } catch (IOException | RuntimeException gone) {
            // a reset says the same as an end: the client is gone
        } finally {
            openConnections.remove(socket);
            if (last != null) {
                last.onDisconnect();
            }
        }
    }

    private static void run(ResponseScript script, FakeProviderExchange exchange) {
        try {
            script.play(exchange);
        } catch (IOException gone) {
            exchange.onDisconnect();
        } catch (Exception e) {
            throw new AssertionError("a script failed", e);
        }
    }

    /** What the vendor does with one request. */
    @FunctionalInterface
    public interface ResponseScript {
        void play(FakeProviderExchange exchange) throws Exception;
    }

    /** Reads requests with a {@code content-length} from one connection. */
    private static final class RequestReader {
        private final BufferedInputStream in;
        private String line = "";
        private Map<String, String> headers = Map.of();
        private String body = "";

        private RequestReader(InputStream in) {
            this.in = new BufferedInputStream(in);
        }

        private boolean next() throws IOException {
            line = readLine();
            if (line.isEmpty()) {
                return false;
            }
            Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String field = readLine(); !field.isEmpty(); field = readLine()) {
                int colon = field.indexOf(':');
                fields.put(field.substring(0, colon), field.substring(colon + 1).strip());
            }
            headers = fields;
            body = new String(in.readNBytes(Integer.parseInt(fields.getOrDefault("content-length", "0"))), UTF_8);
            return true;
        }

        private String readLine() throws IOException {
            StringBuilder text = new StringBuilder();
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                text.append((char) next);
            }
            return text.toString().stripTrailing();
        }

        private String line() {
            return line;
        }

        private Map<String, String> headers() {
            return headers;
        }

        private String body() {
            return body;
        }
    }
}

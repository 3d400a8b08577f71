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
 * An HTTP/1.1 provider that sends exactly the bytes that a test specifies, on a free loopback port. The bytes of each
 * format come from {@link ProviderWireFormat}. Scripts run on virtual threads, so they may block.
 *
 * <pre>{@code try (FakeProvider provider = FakeProvider.start()) { provider.enqueue(ProviderScripts.answer(ProviderWireFormat.OPENAI, "Hel", "lo")); provider.enqueue(ProviderScripts.errorResponse(429, "{}",
 * "retry-after: 7")); provider.enqueue(exchange -> exchange.startStream(ProviderWireFormat.OPENAI).write("data:
 * {").reset()); ... send requests to provider.url("/v1") ... FakeProviderExchange exchange = provider.nextExchange();
 * // the request, and when the client disconnected } }</pre>
 */
public final class FakeProvider implements AutoCloseable {

    /** Limit of every wait. */
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** The API key in {@link #config}. */
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

    /** Starts a provider on a free loopback port. */
    public static FakeProvider start() {
        try {
            return start(new ServerSocket(0, 4096, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a provider on {@code server}, which may use TLS. */
    public static FakeProvider start(ServerSocket server) {
        FakeProvider provider = new FakeProvider(server);
        Thread.ofVirtual().name("fake-provider").start(provider::accept);
        return provider;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Returns the URL of this provider with {@code path}, e.g. {@code /v1}. */
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /**
     * Returns the configuration of this provider under {@code name}, with the key {@link #API_KEY} and limits that no well-behaved test
     * reaches.
     */
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

    /** Returns the settings of a server that has this provider as {@code name} with one model; callers may add more. */
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

    /** Runs {@code script} for the next request that has no other script. */
    public FakeProvider enqueue(ResponseScript script) {
        scripts.add(script);
        return this;
    }

    /** Runs {@code script} for every request that has no script of its own. */
    public FakeProvider defaultScript(ResponseScript script) {
        defaultScript = script;
        return this;
    }

    /** Returns all requests so far. */
    public List<FakeProviderExchange> exchanges() {
        return exchanges;
    }

    /** Waits for the next request that was not taken yet. */
    public FakeProviderExchange nextExchange() throws InterruptedException {
        FakeProviderExchange next = received.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("the provider got no request");
        }
        return next;
    }

    /** Returns the number of open connections. */
    public int openConnections() {
        return openConnections.size();
    }

    /** Returns the number of connections ever accepted. */
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

    /** Continues to read while scripts run, so that it notices when the client disconnects. */
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
        } catch (IOException | RuntimeException disconnected) {
            // a reset means the same as an end: the client has disconnected
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
        } catch (IOException disconnected) {
            exchange.onDisconnect();
        } catch (Exception e) {
            throw new AssertionError("a script failed", e);
        }
    }

    /** What the provider does with one request. */
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

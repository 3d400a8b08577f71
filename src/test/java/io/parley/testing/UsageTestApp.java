package io.parley.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * A whole Parley with one provider. Its model {@link #PRICED} costs one micro-dollar per output token and nothing else; {@link #UNPRICED}
 * has no price. Every answer has {@link #OUTPUT} tokens unless a script says otherwise. {@link #adminAuthorization} has all permissions.
 */
public final class UsageTestApp implements AutoCloseable {

    public static final String PRICED = "priced";
    public static final String UNPRICED = "unpriced";
    public static final int INPUT = 10;
    public static final int OUTPUT = 100;

    private static final String PRICES = """
            currency: USD
            updated: 2026-11-21
            source: test
            models:
              - {provider: openai, match: exact, model: priced, input_per_mtok: 0, output_per_mtok: 1}
            """;

    public final FakeProvider provider = FakeProvider.start().defaultScript(UsageTestApp::answer);
    public final TestApp app;
    private final Optional<MongoServer> mongo;
    private final IdentityProvider identities = IdentityProvider.start();

    /** The registry of the metrics. */
    public enum Store {
        SQLITE,
        MONGO
    }

    /** @param devMode whether authentication is off */
    public UsageTestApp(Path data, Store store, boolean devMode, Map<String, String> more) throws Exception {
        mongo = store == Store.MONGO ? Optional.of(mongo()) : Optional.empty();
        Path prices = Files.writeString(data.resolve("prices.yaml"), PRICES);
        Map<String, String> settings = new HashMap<>(Map.of(
                "demo.enabled",
                "false",
                "usage.prices",
                prices.toString(),
                "providers.openai.base-url",
                provider.url("/v1").toString(),
                "providers.openai.api-key",
                FakeProvider.API_KEY,
                "providers.openai.model",
                PRICED));
        mongo.ifPresent(server -> settings.put(
                "store.mongodb.uri",
                "mongodb://127.0.0.1:" + server.getLocalAddress().getPort()));
        if (!devMode) {
            settings.putAll(identities.settingsWithRoot());
        }
        settings.putAll(more);
        app = TestApp.start(data.resolve("data"), settings);
    }

    public HttpTestClient http() {
        return app.http();
    }

    /** Returns the {@code Authorization} header of the administrator. */
    public static String adminAuthorization() {
        return IdentityProvider.ROOT;
    }

    /** Returns the {@code Authorization} header of a plain user. */
    public String authorization(String name) {
        return identities.bearer(name);
    }

    /** Returns the same header with a token that expires. */
    public String authorization(String name, Instant expiry) {
        return identities.bearer(name, expiry);
    }

    /** Returns the request body of a chat whose answer has at most {@link #OUTPUT} tokens. */
    public static String chat(String model) {
        return "{\"context_id\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}],\"model\":\""
                + model + "\",\"max_tokens\":" + OUTPUT + ",\"extract_flows\":false}";
    }

    /** Reads a chat to the end of its answer; returns the status and the last event of the stream. */
    public String sendChat(String model, String... headers) throws Exception {
        try (SseTestClient stream = http().stream("POST", "/api/v1/conversations/stream", chat(model), headers)) {
            List<SseParser.Event> events = stream.remaining();
            return stream.status() == 200 ? events.getLast().name() : Integer.toString(stream.status());
        }
    }

    public JsonNode get(String path, String... headers) throws Exception {
        return HttpTestClient.json(http().get(path, headers));
    }

    @Override
    public void close() throws Exception {
        app.close();
        provider.close();
        mongo.ifPresent(MongoServer::shutdownNow);
        identities.close();
    }

    private static void answer(FakeProviderExchange exchange) throws Exception {
        ProviderWireFormat wire = ProviderWireFormat.OPENAI;
        exchange.startStream(wire)
                .finish(wire.begin() + wire.token("Hello") + wire.finish(wire.stop(), INPUT, OUTPUT) + wire.end());
    }

    private static MongoServer mongo() {
        ((Logger) LoggerFactory.getLogger("de.bwaldvogel")).setLevel(Level.ERROR); // it logs a warning for each index
        MongoServer server = new MongoServer(new MemoryBackend());
        server.bind("127.0.0.1", 0);
        return server;
    }
}

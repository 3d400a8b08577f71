package io.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A whole Parley between one fake provider of each format, and a client that starts two-agent runs. */
public final class DuoTestApp implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<ProviderWireFormat, FakeProvider> providers;
    private final TestApp app;

    private DuoTestApp(Map<ProviderWireFormat, FakeProvider> providers, TestApp app) {
        this.providers = providers;
        this.app = app;
    }

    /** @param settings configuration by path; overrides the test defaults */
    public static DuoTestApp start(Path data, Map<String, String> settings) throws Exception {
        Map<ProviderWireFormat, FakeProvider> providers = new HashMap<>();
        Map<String, String> allSettings = new HashMap<>();
        for (ProviderWireFormat wire : ProviderWireFormat.values()) {
            FakeProvider provider = FakeProvider.start();
            providers.put(wire, provider);
            String path = "providers." + providerName(wire) + ".";
            allSettings.put(
                    path + "base-url",
                    provider.url(wire == ProviderWireFormat.OPENAI ? "/v1" : "").toString());
            allSettings.put(path + "api-key", FakeProvider.API_KEY);
        }
        allSettings.putAll(settings);
        return new DuoTestApp(providers, TestApp.start(data, allSettings));
    }

    /** Returns the name of the provider of this format. */
    public static String providerName(ProviderWireFormat wire) {
        return wire.format().name().toLowerCase(Locale.ROOT);
    }

    public FakeProvider provider(ProviderWireFormat wire) {
        return providers.get(wire);
    }

    public TestApp app() {
        return app;
    }

    /** Starts a conversation between models of these two providers and returns its run id. */
    public String startRun(ProviderWireFormat first, ProviderWireFormat second, int turns, String... stop)
            throws Exception {
        ObjectNode body = JSON.createObjectNode().put("topic", "tea or coffee?").put("max_turns", turns);
        ArrayNode bots = body.putArray("bots");
        bots.addObject().put("name", "Tea").put("provider", providerName(first)).put("prompt", "You are for tea");
        bots.addObject()
                .put("name", "Coffee")
                .put("provider", providerName(second))
                .put("prompt", "You are for coffee");
        if (stop.length > 0) {
            body.set("stop", JSON.readTree(stop[0]));
        }
        HttpResponse<String> response = app.http().post("/api/run", body.toString());
        if (response.statusCode() != 201) {
            throw new AssertionError(response.body());
        }
        return HttpTestClient.json(response).path("id").asText();
    }

    /** Returns all events after a cursor, to the end of the log. */
    public List<JsonNode> readEvents(String run, String after) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        try (SseTestClient stream = app.http().stream("GET", "/api/stream/" + run + after, "")) {
            for (SseParser.Event event : stream.remaining()) {
                events.add(JSON.readTree(event.data()));
            }
        }
        return events;
    }

    /** Returns the current state of the run. */
    public JsonNode state(String run) throws Exception {
        return HttpTestClient.json(app.http().get("/api/run/" + run));
    }

    @Override
    public void close() throws Exception {
        app.close();
        providers.values().forEach(FakeProvider::close);
    }
}

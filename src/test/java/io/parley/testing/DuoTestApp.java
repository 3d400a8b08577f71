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

/** A whole Parley between a fake vendor of each format, and a client that has two models talk to each other. */
public final class DuoTestApp implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<ProviderWireFormat, FakeProvider> vendors;
    private final TestApp app;

    private DuoTestApp(Map<ProviderWireFormat, FakeProvider> vendors, TestApp app) {
        this.vendors = vendors;
        this.app = app;
    }

    /** @param settings by path, over those of a test */
    public static DuoTestApp start(Path data, Map<String, String> settings) throws Exception {
        Map<ProviderWireFormat, FakeProvider> vendors = new HashMap<>();
        Map<String, String> all = new HashMap<>();
        for (ProviderWireFormat wire : ProviderWireFormat.values()) {
            FakeProvider vendor = FakeProvider.start();
            vendors.put(wire, vendor);
            String path = "providers." + name(wire) + ".";
            all.put(
                    path + "base-url",
                    vendor.url(wire == ProviderWireFormat.OPENAI ? "/v1" : "").toString());
            all.put(path + "api-key", FakeProvider.KEY);
        }
        all.putAll(settings);
        return new DuoTestApp(vendors, TestApp.start(data, all));
    }

    /** What the vendor of this format is called. */
    public static String name(ProviderWireFormat wire) {
        return wire.format().name().toLowerCase(Locale.ROOT);
    }

    public FakeProvider vendor(ProviderWireFormat wire) {
        return vendors.get(wire);
    }

    public TestApp app() {
        return app;
    }

    /** Begin a conversation between models of these two vendors; answers its id. */
    public String begin(ProviderWireFormat first, ProviderWireFormat second, int turns, String... stop) throws Exception {
        ObjectNode body = JSON.createObjectNode().put("topic", "tea or coffee?").put("max_turns", turns);
        ArrayNode bots = body.putArray("bots");
        bots.addObject().put("name", "Tea").put("provider", name(first)).put("prompt", "You are for tea");
        bots.addObject().put("name", "Coffee").put("provider", name(second)).put("prompt", "You are for coffee");
        if (stop.length > 0) {
            body.set("stop", JSON.readTree(stop[0]));
        }
        HttpResponse<String> begun = app.http().post("/api/run", body.toString());
        if (begun.statusCode() != 201) {
            throw new AssertionError(begun.body());
        }
        return HttpTestClient.json(begun).path("id").asText();
    }

    /** All events behind a cursor, to the end. */
    public List<JsonNode> watch(String run, String after) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        try (SseTestClient stream = app.http().stream("GET", "/api/stream/" + run + after, "")) {
            for (SseParser.Event event : stream.rest()) {
                events.add(JSON.readTree(event.data()));
            }
        }
        return events;
    }

    /** The run as it stands. */
    public JsonNode state(String run) throws Exception {
        return HttpTestClient.json(app.http().get("/api/run/" + run));
    }

    @Override
    public void close() throws Exception {
        app.close();
        vendors.values().forEach(FakeProvider::close);
    }
}

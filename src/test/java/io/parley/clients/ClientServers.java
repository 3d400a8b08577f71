package io.parley.clients;

import io.parley.simulator.ProviderSimulator;
import io.parley.testing.TestApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** For each format of provider, two whole servers with nothing but one provider of it. */
final class ClientServers implements AutoCloseable {

    private static final List<String> PROVIDERS = List.of("openai", "anthropic", "ollama");

    private final ProviderSimulator simulator;
    private final List<TestApp> apps = new ArrayList<>();
    private final List<ClientTarget> targets = new ArrayList<>();

    private ClientServers(ProviderSimulator simulator) {
        this.simulator = simulator;
    }

    /** Starts them all, with their data in folders of {@code data}. */
    static ClientServers start(Path data) throws Exception {
        ClientServers servers = new ClientServers(ProviderSimulator.start());
        try {
            for (String provider : PROVIDERS) {
                servers.targets.add(new ClientTarget(
                        provider,
                        servers.app(provider, data.resolve(provider)),
                        servers.app(provider, data.resolve(provider + "-failing")),
                        provider + "/" + ProviderSimulator.MODELS.get(provider),
                        embeddingModel(provider)));
            }
            return servers;
        } catch (Exception e) {
            servers.close();
            throw e;
        }
    }

    private static String embeddingModel(String provider) {
        String model = ProviderSimulator.EMBEDDING_MODELS.get(provider);
        return model == null ? "" : provider + "/" + model;
    }

    private String app(String provider, Path data) throws Exception {
        Map<String, String> settings = new HashMap<>(simulator.settings(provider));
        settings.put("demo.enabled", "false");
        settings.put("gateway.retry.pause", "1ms");
        settings.put("gateway.breaker.failures", "1000");
        settings.put("gateway.breaker.calls", "1000");
        TestApp app = TestApp.start(Files.createDirectories(data), settings);
        apps.add(app);
        return "http://127.0.0.1:" + app.server().httpPort();
    }

    List<ClientTarget> targets() {
        return targets;
    }

    @Override
    public void close() throws Exception {
        try {
            for (TestApp app : apps) {
                app.close();
            }
        } finally {
            simulator.close();
        }
    }
}

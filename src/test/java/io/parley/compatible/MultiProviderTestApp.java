package io.parley.compatible;

import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderWireFormat;
import io.parley.testing.TestApp;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A whole server with three scripted providers, one of each wire format; each has the name of its format in lower case. */
final class MultiProviderTestApp implements AutoCloseable {

    private final Map<ProviderWireFormat, FakeProvider> providers = new EnumMap<>(ProviderWireFormat.class);
    private final TestApp app;

    MultiProviderTestApp(Path data, Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>();
        for (ProviderWireFormat wire : ProviderWireFormat.values()) {
            FakeProvider provider = FakeProvider.start();
            providers.put(wire, provider);
            String at = "providers." + name(wire);
            all.put(at + ".format", name(wire));
            all.put(
                    at + ".base-url",
                    provider.url(wire == ProviderWireFormat.OPENAI ? "/v1" : "").toString());
            all.put(at + ".api-key", "k");
            all.put(at + ".model", "m-1");
        }
        all.put("gateway.provider", "openai");
        all.put("gateway.retry.pause", "1ms");
        all.putAll(settings);
        app = TestApp.start(data, all);
    }

    static String name(ProviderWireFormat wire) {
        return wire.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the name under which clients request the model of this provider. */
    static String model(ProviderWireFormat wire) {
        return name(wire) + "/m-1";
    }

    FakeProvider provider(ProviderWireFormat wire) {
        return providers.get(wire);
    }

    TestApp app() {
        return app;
    }

    String url() {
        return "http://127.0.0.1:" + app.server().httpPort();
    }

    @Override
    public void close() throws Exception {
        providers.values().forEach(FakeProvider::close);
        app.close();
    }
}

package io.parley.compatible;

import io.parley.testing.FakeVendor;
import io.parley.testing.TestApp;
import io.parley.testing.Wire;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A whole server before three scripted vendors, one of each wire format, that are called as their format is in lower case. */
final class Vendors implements AutoCloseable {

    private final Map<Wire, FakeVendor> vendors = new EnumMap<>(Wire.class);
    private final TestApp app;

    Vendors(Path data, Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>();
        for (Wire wire : Wire.values()) {
            FakeVendor vendor = FakeVendor.start();
            vendors.put(wire, vendor);
            String at = "providers." + name(wire);
            all.put(at + ".format", name(wire));
            all.put(
                    at + ".base-url",
                    vendor.url(wire == Wire.OPENAI ? "/v1" : "").toString());
            all.put(at + ".api-key", "k");
            all.put(at + ".model", "m-1");
        }
        all.put("gateway.provider", "openai");
        all.put("gateway.retry.pause", "1ms");
        all.putAll(settings);
        app = TestApp.start(data, all);
    }

    static String name(Wire wire) {
        return wire.name().toLowerCase(Locale.ROOT);
    }

    /** How a model of this vendor is asked for. */
    static String model(Wire wire) {
        return name(wire) + "/m-1";
    }

    FakeVendor of(Wire wire) {
        return vendors.get(wire);
    }

    TestApp app() {
        return app;
    }

    String url() {
        return "http://127.0.0.1:" + app.server().httpPort();
    }

    @Override
    public void close() throws Exception {
        vendors.values().forEach(FakeVendor::close);
        app.close();
    }
}

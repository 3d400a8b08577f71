package io.parley.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.testing.FakeProvider.ResponseScript;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A fault of a provider.
 *
 * @param id number of the fault in {@code docs/faults.md}
 * @param first responses to the first calls of each request
 * @param then response to all other calls
 * @param settings configuration of the server; overrides the settings of the table
 * @param before number of earlier requests
 * @param keepalives keepalives that the client has seen during the answer
 */
record ProviderFaultCase(
        String id,
        String description,
        ProviderWireFormat wire,
        List<ResponseScript> first,
        ResponseScript then,
        Map<String, String> settings,
        int before,
        KeepaliveObserver keepalives) {

    private static final String FOUR_SCRIPTS = "Grüße, Жук 漢字 😀";
    private static final Duration TOKEN_INTERVAL = Duration.ofMillis(200);

    private ProviderFaultCase(String id, String what, ProviderWireFormat wire, ResponseScript always) {
        this(id, what, wire, List.of(), always, Map.of(), 0, new KeepaliveObserver());
    }

    private ProviderFaultCase(String id, String what, ResponseScript always) {
        this(id, what, ProviderWireFormat.OPENAI, always);
    }

    private ProviderFaultCase with(String setting, String value) {
        return with(Map.of(setting, value));
    }

    private ProviderFaultCase with(Map<String, String> more) {
        return new ProviderFaultCase(id, description, wire, first, then, more, before, keepalives);
    }

    private ProviderFaultCase once() {
        return new ProviderFaultCase(
                id,
                description,
                wire,
                List.of(then),
                ProviderScripts.answer(wire, "Hello"),
                settings,
                before,
                keepalives);
    }

    private ProviderFaultCase after(int requests) {
        return new ProviderFaultCase(id, description, wire, first, then, settings, requests, keepalives);
    }

    static Stream<ProviderFaultCase> all() {
        return Stream.of(
                        beforeAnswer(),
                        Stream.of(connectionRefused(), unknownHost(), plaintextServer()),
                        afterAnswerStarted(),
                        sizes(),
                        Stream.of(slow(), openCircuit()))
                .flatMap(faults -> faults);
    }

    private static Stream<ProviderFaultCase> beforeAnswer() {
        Stream<ProviderFaultCase> busy = Stream.of(
                new ProviderFaultCase(
                                "F1",
                                "429 once, `Retry-After: 1`",
                                ProviderScripts.errorResponse(429, "{}", "retry-after: 1"))
                        .once(),
                new ProviderFaultCase(
                        "F1", "429, `Retry-After: 60`", ProviderScripts.errorResponse(429, "{}", "retry-after: 60")),
                new ProviderFaultCase("F2", "429 without a header", ProviderScripts.errorResponse(429, "{}")));
        Stream<ProviderFaultCase> failing = Stream.of(500, 502, 503, 529)
                .map(status -> new ProviderFaultCase("F2", "" + status, ProviderScripts.errorResponse(status, "{}")));
        Stream<ProviderFaultCase> once =
                Stream.of(new ProviderFaultCase("F2", "500 once", ProviderScripts.errorResponse(500, "{}")).once());
        Stream<ProviderFaultCase> refusing = Stream.of(400, 401, 403, 404)
                .map(status -> new ProviderFaultCase(
                        "F3", "" + status, ProviderScripts.errorResponse(status, "{\"error\":{}}")));
        return Stream.of(busy, failing, once, refusing).flatMap(faults -> faults);
    }

    private static ProviderFaultCase connectionRefused() {
        return new ProviderFaultCase("F4", "the connection is refused", ProviderScripts.noResponse())
                .with("providers.first.base-url", "http://127.0.0.1:1/v1");
    }

    private static ProviderFaultCase unknownHost() {
        return new ProviderFaultCase("F4", "the host name is unknown", ProviderScripts.noResponse())
                .with("providers.first.base-url", "http://nowhere.invalid/v1");
    }

    private static ProviderFaultCase plaintextServer() {
        return new ProviderFaultCase("F4", "TLS fails", ProviderScripts.noResponse())
                .with("providers.first.base-url", "https://{first}/v1");
    }

    private static Stream<ProviderFaultCase> afterAnswerStarted() {
        ProviderWireFormat wire = ProviderWireFormat.OPENAI;
        return Stream.of(
                new ProviderFaultCase("F5", "accepts the request and never answers", ProviderScripts.noResponse()),
                new ProviderFaultCase(
                        "F6", "sends nothing more after some tokens", ProviderScripts.stall(wire, "Hel", "lo")),
                new ProviderFaultCase(
                        "F7", "closes the connection midway", ProviderScripts.truncate(wire, "Hel", "lo")),
                new ProviderFaultCase(
                        "F7",
                        "resets the connection midway",
                        exchange -> writeHello(exchange).reset()),
                new ProviderFaultCase(
                        "F7",
                        "closes the connection inside a chunk",
                        exchange -> writeHello(exchange).raw("40\r\ndata: {").truncate()),
                new ProviderFaultCase(
                        "F7",
                        "ends the stream properly, without an end marker",
                        exchange -> writeHello(exchange).end()),
                new ProviderFaultCase(
                        "F8",
                        "200, then an `overloaded_error` before the first token",
                        ProviderWireFormat.ANTHROPIC,
                        ProviderScripts.streamError(ProviderWireFormat.ANTHROPIC, "overloaded_error")),
                new ProviderFaultCase(
                        "F8",
                        "an `overloaded_error` midway",
                        ProviderWireFormat.ANTHROPIC,
                        ProviderScripts.streamError(ProviderWireFormat.ANTHROPIC, "overloaded_error", "Hel", "lo")),
                new ProviderFaultCase(
                        "F9",
                        "garbage instead of JSON midway",
                        exchange -> writeHello(exchange)
                                .write("data: {\"choices\":[}\n\n")
                                .awaitDisconnect()),
                new ProviderFaultCase(
                        "F9",
                        "pings and events of unknown types",
                        ProviderWireFormat.ANTHROPIC,
                        exchange -> exchange.startStream(ProviderWireFormat.ANTHROPIC)
                                .write(ProviderWireFormat.ANTHROPIC.ping()
                                        + "event: novelty\ndata: {\"type\":\"novelty\"}\n\n")
                                .finish(ProviderWireFormat.ANTHROPIC.answer("Hello"))));
    }

    private static Stream<ProviderFaultCase> sizes() {
        ProviderWireFormat wire = ProviderWireFormat.OPENAI;
        return Stream.of(
                new ProviderFaultCase("F10", "a line of 10 MB", exchange -> {
                    writeHello(exchange).write("data: ");
                    String piece = "x".repeat(1 << 16);
                    for (int i = 0; i < 160; i++) {
                        exchange.write(piece);
                    }
                }),
                new ProviderFaultCase(
                        "F11",
                        "text in four scripts, byte by byte",
                        exchange -> exchange.startStream(wire)
                                .writeByteByByte(wire.answer(FOUR_SCRIPTS))
                                .end()),
                new ProviderFaultCase("F11", "bytes that are not UTF-8", exchange -> {
                    byte[] bytes = wire.answer("a?b").getBytes(UTF_8);
                    bytes[new String(bytes, UTF_8).indexOf("a?b") + 1] = (byte) 0xff;
                    exchange.startStream(wire).write(bytes).end();
                }),
                new ProviderFaultCase("F12", "sends tokens without end, `max_tokens` is 5", exchange -> {
                    exchange.startStream(wire).write(wire.begin());
                    while (exchange.delay(Duration.ofMillis(1))) {
                        exchange.write(wire.token("x"));
                    }
                }));
    }

    /** Sends the last token after the client has seen keepalives, however long that takes on a busy machine. */
    private static ProviderFaultCase slow() {
        ProviderWireFormat wire = ProviderWireFormat.OPENAI;
        KeepaliveObserver keepalives = new KeepaliveObserver();
        ResponseScript script = exchange -> {
            exchange.startStream(wire).write(wire.begin()).delay(TOKEN_INTERVAL);
            exchange.write(wire.token("Hel")).delay(TOKEN_INTERVAL);
            keepalives.await();
            exchange.write(wire.token("lo")).finish(wire.finish(wire.stop(), ProviderWireFormat.INPUT, 2) + wire.end());
        };
        String what = "a token every 200 ms, a keepalive every 50 ms";
        return new ProviderFaultCase("F13", what, wire, List.of(), script, Map.of(), 0, keepalives)
                .with(Map.of(
                        "http.heartbeat", "50ms",
                        "provider.timeouts.headers", "20s",
                        "provider.timeouts.first-token", "20s",
                        "provider.timeouts.between-tokens", "20s"));
    }

    private static ProviderFaultCase openCircuit() {
        return new ProviderFaultCase(
                        "F14", "failed so often that its circuit is open", ProviderScripts.errorResponse(500, "{}"))
                .with("gateway.breaker.failures", "3")
                .after(2);
    }

    private static FakeProviderExchange writeHello(FakeProviderExchange exchange) throws java.io.IOException {
        return exchange.startStream(ProviderWireFormat.OPENAI)
                .write(ProviderWireFormat.OPENAI.begin()
                        + ProviderWireFormat.OPENAI.token("Hel")
                        + ProviderWireFormat.OPENAI.token("lo"));
    }

    @Override
    public String toString() {
        return id + " " + description;
    }
}

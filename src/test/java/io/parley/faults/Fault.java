package io.parley.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.testing.Exchange;
import io.parley.testing.FakeVendor.Script;
import io.parley.testing.Scripts;
import io.parley.testing.Wire;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Something that a vendor does wrong.
 *
 * @param id as in the list of what the server survives
 * @param first what it does to the first calls of each request
 * @param then what it does to all others
 * @param settings of the server, over those of the table
 * @param before how many requests there have been before
 * @param signs what the client of the answer sees meanwhile
 */
record Fault(
        String id,
        String what,
        Wire wire,
        List<Script> first,
        Script then,
        Map<String, String> settings,
        int before,
        SignsOfLife signs) {

    private static final String FOUR_SCRIPTS = "Grüße, Жук 漢字 😀";
    private static final Duration GAP = Duration.ofMillis(200);

    private Fault(String id, String what, Wire wire, Script always) {
        this(id, what, wire, List.of(), always, Map.of(), 0, new SignsOfLife());
    }

    private Fault(String id, String what, Script always) {
        this(id, what, Wire.OPENAI, always);
    }

    private Fault with(String setting, String value) {
        return with(Map.of(setting, value));
    }

    private Fault with(Map<String, String> more) {
        return new Fault(id, what, wire, first, then, more, before, signs);
    }

    private Fault once() {
        return new Fault(id, what, wire, List.of(then), Scripts.answer(wire, "Hello"), settings, before, signs);
    }

    private Fault after(int requests) {
        return new Fault(id, what, wire, first, then, settings, requests, signs);
    }

    static Stream<Fault> all() {
        return Stream.of(
                        early(),
                        Stream.of(refused(), unknown(), plaintext()),
                        begun(),
                        sizes(),
                        Stream.of(slow(), circuit()))
                .flatMap(faults -> faults);
    }

    private static Stream<Fault> early() {
        Stream<Fault> busy = Stream.of(
                new Fault("F1", "429 once, `Retry-After: 1`", Scripts.problem(429, "{}", "retry-after: 1")).once(),
                new Fault("F1", "429, `Retry-After: 60`", Scripts.problem(429, "{}", "retry-after: 60")),
                new Fault("F2", "429 without a header", Scripts.problem(429, "{}")));
        Stream<Fault> failing = Stream.of(500, 502, 503, 529)
                .map(status -> new Fault("F2", "" + status, Scripts.problem(status, "{}")));
        Stream<Fault> once = Stream.of(new Fault("F2", "500 once", Scripts.problem(500, "{}")).once());
        Stream<Fault> refusing = Stream.of(400, 401, 403, 404)
                .map(status -> new Fault("F3", "" + status, Scripts.problem(status, "{\"error\":{}}")));
        return Stream.of(busy, failing, once, refusing).flatMap(faults -> faults);
    }

    private static Fault refused() {
        return new Fault("F4", "the connection is refused", Scripts.silence())
                .with("providers.first.base-url", "http://127.0.0.1:1/v1");
    }

    private static Fault unknown() {
        return new Fault("F4", "the name is unknown", Scripts.silence())
                .with("providers.first.base-url", "http://nowhere.invalid/v1");
    }

    private static Fault plaintext() {
        return new Fault("F4", "TLS fails", Scripts.silence()).with("providers.first.base-url", "https://{first}/v1");
    }

    private static Stream<Fault> begun() {
        Wire wire = Wire.OPENAI;
        return Stream.of(
                new Fault("F5", "takes the request and never answers", Scripts.silence()),
                new Fault("F6", "falls silent in mid-answer", Scripts.stall(wire, "Hel", "lo")),
                new Fault("F7", "ends the connection in mid-answer", Scripts.cut(wire, "Hel", "lo")),
                new Fault(
                        "F7",
                        "resets the connection in mid-answer",
                        exchange -> hello(exchange).reset()),
                new Fault(
                        "F7",
                        "breaks off inside a chunk",
                        exchange -> hello(exchange).raw("40\r\ndata: {").cut()),
                new Fault(
                        "F7",
                        "ends the stream in good order, without an end mark",
                        exchange -> hello(exchange).end()),
                new Fault(
                        "F8",
                        "200, then an `overloaded_error` before the first token",
                        Wire.ANTHROPIC,
                        Scripts.failure(Wire.ANTHROPIC, "overloaded_error")),
                new Fault(
                        "F8",
                        "an `overloaded_error` in mid-answer",
                        Wire.ANTHROPIC,
                        Scripts.failure(Wire.ANTHROPIC, "overloaded_error", "Hel", "lo")),
                new Fault(
                        "F9",
                        "garbage instead of JSON in mid-answer",
                        exchange -> hello(exchange)
                                .write("data: {\"choices\":[}\n\n")
                                .untilGone()),
                new Fault(
                        "F9",
                        "pings and events of unknown types",
                        Wire.ANTHROPIC,
                        exchange -> exchange.stream(Wire.ANTHROPIC)
                                .write(Wire.ANTHROPIC.ping() + "event: novelty\ndata: {\"type\":\"novelty\"}\n\n")
                                .finish(Wire.ANTHROPIC.answer("Hello"))));
    }

    private static Stream<Fault> sizes() {
        Wire wire = Wire.OPENAI;
        return Stream.of(
                new Fault("F10", "a line of 10 MB", exchange -> {
                    hello(exchange).write("data: ");
                    String piece = "x".repeat(1 << 16);
                    for (int i = 0; i < 160; i++) {
                        exchange.write(piece);
                    }
                }),
                new Fault(
                        "F11",
                        "four scripts, each byte alone",
                        exchange -> exchange.stream(wire)
                                .drip(wire.answer(FOUR_SCRIPTS))
                                .end()),
                new Fault("F11", "bytes that are no UTF-8", exchange -> {
                    byte[] bytes = wire.answer("a?b").getBytes(UTF_8);
                    bytes[new String(bytes, UTF_8).indexOf("a?b") + 1] = (byte) 0xff;
                    exchange.stream(wire).write(bytes).end();
                }),
                new Fault("F12", "sends tokens without end, told to stop after 5", exchange -> {
                    exchange.stream(wire).write(wire.begin());
                    while (exchange.pause(Duration.ofMillis(1))) {
                        exchange.write(wire.token("x"));
                    }
                }));
    }

    /** The last token comes when the client has seen signs of life, however long that takes on a busy machine. */
    private static Fault slow() {
        Wire wire = Wire.OPENAI;
        SignsOfLife signs = new SignsOfLife();
        Script script = exchange -> {
            exchange.stream(wire).write(wire.begin()).pause(GAP);
            exchange.write(wire.token("Hel")).pause(GAP);
            signs.await();
            exchange.write(wire.token("lo")).finish(wire.finish(wire.stop(), Wire.INPUT, 2) + wire.end());
        };
        String what = "a token every 200 ms, a sign of life every 50 ms";
        return new Fault("F13", what, wire, List.of(), script, Map.of(), 0, signs)
                .with(Map.of(
                        "http.heartbeat", "50ms",
                        "provider.timeouts.headers", "20s",
                        "provider.timeouts.first-token", "20s",
                        "provider.timeouts.between-tokens", "20s"));
    }

    private static Fault circuit() {
        return new Fault("F14", "has failed so often that its circuit is open", Scripts.problem(500, "{}"))
                .with("gateway.breaker.failures", "3")
                .after(2);
    }

    private static Exchange hello(Exchange exchange) throws java.io.IOException {
        return exchange.stream(Wire.OPENAI)
                .write(Wire.OPENAI.begin() + Wire.OPENAI.token("Hel") + Wire.OPENAI.token("lo"));
    }

    @Override
    public String toString() {
        return id + " " + what;
    }
}

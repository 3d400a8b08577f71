package io.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.testing.FakeProvider.ResponseScript;
import java.time.Duration;
import java.util.Arrays;

/** What vendors do, well and badly. */
public final class ProviderScripts {

    private ProviderScripts() {}

    /** A whole answer in one piece. */
    public static ResponseScript answer(ProviderWireFormat wire, String... tokens) {
        return exchange -> exchange.startStream(wire).finish(wire.answer(tokens));
    }

    /** A whole answer, with {@code delay} before each token. */
    public static ResponseScript slow(ProviderWireFormat wire, Duration delay, String... tokens) {
        return exchange -> {
            exchange.startStream(wire).write(wire.begin());
            for (String token : tokens) {
                if (!exchange.delay(delay)) {
                    return;
                }
                exchange.write(wire.token(token));
            }
            exchange.finish(wire.finish(wire.stop(), ProviderWireFormat.INPUT, tokens.length) + wire.end());
        };
    }

    /** The tokens, and then silence until the client goes. */
    public static ResponseScript stall(ProviderWireFormat wire, String... tokens) {
        return exchange -> {
            exchange.startStream(wire).write(wire.begin());
            for (String token : tokens) {
                exchange.write(wire.token(token));
            }
            exchange.awaitDisconnect();
        };
    }

    /** The tokens in one piece, and then the connection is closed in the midst of the answer. */
    public static ResponseScript truncate(ProviderWireFormat wire, String... tokens) {
        return exchange -> exchange.startStream(wire)
                .write(wire.begin()
                        + String.join("", Arrays.stream(tokens).map(wire::token).toList()))
                .truncate();
    }

    /** The first {@code bytes} of a whole answer, and then the connection is closed. */
    public static ResponseScript truncateAfter(ProviderWireFormat wire, int bytes, String... tokens) {
        return exchange -> exchange.startStream(wire)
                .write(Arrays.copyOf(wire.answer(tokens).getBytes(UTF_8), bytes))
                .truncate();
    }

    /** The first {@code bytes} of a whole answer, and then the connection is reset. */
    public static ResponseScript resetAfter(ProviderWireFormat wire, int bytes, String... tokens) {
        return exchange -> exchange.startStream(wire)
                .write(Arrays.copyOf(wire.answer(tokens).getBytes(UTF_8), bytes))
                .reset();
    }

    /** The tokens, and then an error inside the stream. */
    public static ResponseScript streamError(ProviderWireFormat wire, String type, String... tokens) {
        return exchange -> exchange.startStream(wire)
                .write(wire.begin()
                        + String.join("", Arrays.stream(tokens).map(wire::token).toList())
                        + wire.failure(type, "the vendor's own words"))
                .end();
    }

    /** Takes the request and never says a word. */
    public static ResponseScript noResponse() {
        return FakeProviderExchange::awaitDisconnect;
    }

    /** An answer of {@code status} with a JSON body. Each of {@code fields} is a header line: {@code retry-after: 7}. */
    public static ResponseScript errorResponse(int status, String body, String... fields) {
        String[] all = Arrays.copyOf(fields, fields.length + 1);
        all[fields.length] = "content-type: application/json";
        return exchange -> exchange.respond(status, body, all);
    }
}

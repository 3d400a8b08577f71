package io.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.testing.FakeProvider.ResponseScript;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Scripts of what providers do: answers, errors, broken connections. */
public final class ProviderScripts {

    private ProviderScripts() {}

    /** Sends a complete answer. */
    public static ResponseScript answer(ProviderWireFormat wire, String... tokens) {
        return exchange -> exchange.startStream(wire).finish(wire.answer(tokens));
    }

    /** Sends a complete answer after its reasoning, as providers that are compatible with OpenAI do. */
    public static ResponseScript thinkingAnswer(List<String> thoughts, String... tokens) {
        String reasoning =
                thoughts.stream().map(ProviderScripts::reasoningContent).collect(Collectors.joining());
        return exchange -> exchange.startStream(ProviderWireFormat.OPENAI)
                .finish(reasoning + ProviderWireFormat.OPENAI.answer(tokens));
    }

    /** Returns a fragment of reasoning in OpenAI's format. */
    public static String reasoningContent(String text) {
        JsonObject delta = new JsonObject().put("reasoning_content", text);
        JsonObject choice = new JsonObject().put("index", 0).put("delta", delta);
        return "data: " + new JsonObject().put("choices", new JsonArray().add(choice)) + "\n\n";
    }

    /** Sends a complete answer, with {@code delay} before each token. */
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

    /** Sends the tokens, then nothing until the client disconnects. */
    public static ResponseScript stall(ProviderWireFormat wire, String... tokens) {
        return exchange -> {
            exchange.startStream(wire).write(wire.begin());
            for (String token : tokens) {
                exchange.write(wire.token(token));
            }
            exchange.awaitDisconnect();
        };
    }

    /** Sends the tokens at once, then closes the connection before the answer is complete. */
    public static ResponseScript truncate(ProviderWireFormat wire, String... tokens) {
        return exchange -> exchange.startStream(wire)
                .write(wire.begin()
                        + String.join("", Arrays.stream(tokens).map(wire::token).toList()))
                .truncate();
    }

    /** Sends the first {@code bytes} of a complete answer, then closes the connection. */
    public static ResponseScript truncateAfter(ProviderWireFormat wire, int bytes, String... tokens) {
        return exchange -> exchange.startStream(wire)
                .write(Arrays.copyOf(wire.answer(tokens).getBytes(UTF_8), bytes))
                .truncate();
    }

    /** Sends the first {@code bytes} of a complete answer, then resets the connection. */
    public static ResponseScript resetAfter(ProviderWireFormat wire, int bytes, String... tokens) {
        return exchange -> exchange.startStream(wire)
                .write(Arrays.copyOf(wire.answer(tokens).getBytes(UTF_8), bytes))
                .reset();
    }

    /** Sends the tokens, then an error inside the stream. */
    public static ResponseScript streamError(ProviderWireFormat wire, String type, String... tokens) {
        return exchange -> exchange.startStream(wire)
                .write(wire.begin()
                        + String.join("", Arrays.stream(tokens).map(wire::token).toList())
                        + wire.failure(type, "the provider's message"))
                .end();
    }

    /** Reads the request and sends nothing. */
    public static ResponseScript noResponse() {
        return FakeProviderExchange::awaitDisconnect;
    }

    /** Sends {@code status} with a JSON body. Each of {@code fields} is a header line: {@code retry-after: 7}. */
    public static ResponseScript errorResponse(int status, String body, String... fields) {
        String[] all = Arrays.copyOf(fields, fields.length + 1);
        all[fields.length] = "content-type: application/json";
        return exchange -> exchange.respond(status, body, all);
    }
}

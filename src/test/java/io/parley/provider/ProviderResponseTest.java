package io.parley.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.Event;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The HTTP response of a provider")
class ProviderResponseTest {

    private final FakeProvider provider = FakeProvider.start();

    @AfterEach
    void close() {
        provider.close();
    }

    private ProviderTestClient client(ProviderWireFormat wire) {
        return new ProviderTestClient(provider.config("fake", wire));
    }

    @ParameterizedTest
    @DisplayName("is read whatever its content type says")
    @ValueSource(
            strings = {
                "x: y",
                "content-type: text/plain; charset=utf-8",
                "content-type: application/json",
                "content-type: application/octet-stream",
                "content-type: text/html",
                "content-type: text/event-stream|content-type: text/event-stream"
            })
    void contentType(String header) {
        for (ProviderWireFormat wire : ProviderWireFormat.values()) {
            provider.enqueue(exchange -> exchange.respond(200, wire.answer("Hel", "lo"), header.split("\\|")));
            try (ProviderTestClient client = client(wire)) {
                assertWhole(client.answer());
            }
        }
    }

    @ParameterizedTest
    @DisplayName("may follow informational responses of any kind")
    @ValueSource(ints = {100, 102, 103, 199})
    void informational(int status) {
        ProviderWireFormat wire = ProviderWireFormat.OPENAI;
        provider.enqueue(exchange -> exchange.raw("HTTP/1.1 " + status + " Wait\r\nlink: </a>\r\n\r\n")
                .startStream(wire)
                .finish(wire.answer("Hel", "lo")));
        try (ProviderTestClient client = client(wire)) {
            assertWhole(client.answer());
        }
    }

    @Test
    @DisplayName("may have headers of many kilobytes")
    void headers() {
        String header = "content-security-policy: " + "x".repeat(60_000);
        provider.enqueue(exchange -> exchange.respond(200, ProviderWireFormat.OPENAI.answer("Hel", "lo"), header));
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertWhole(client.answer());
        }
    }

    @ParameterizedTest
    @DisplayName("may have any text after the end of the answer")
    @EnumSource
    void garbage(ProviderWireFormat wire) {
        for (String garbage : List.of("{]\n\n", "<html>", "data: {]\n\n", "\u0000\u0001\n\n")) {
            provider.enqueue(exchange -> exchange.startStream(wire).finish(wire.answer("Hel", "lo") + garbage));
            try (ProviderTestClient client = client(wire)) {
                assertWhole(client.answer());
            }
        }
    }

    @ParameterizedTest
    @DisplayName("may be the whole answer, of any layout")
    @ValueSource(
            strings = {
                "OPENAI|{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}",
                "OPENAI|\uFEFF\n{\n\"choices\": [\n{\"finish_reason\": null, \"message\": {\"content\": \"Hello\"}}]\n}\n",
                "ANTHROPIC|{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}],\"stop_reason\":\"end_turn\"}",
                "OLLAMA|{\n\"message\": {\"content\": \"Hello\"},\n\"done\": true,\n\"done_reason\": \"stop\"}"
            })
    void whole(String form) {
        ProviderWireFormat wire = ProviderWireFormat.valueOf(form.substring(0, form.indexOf('|')));
        provider.enqueue(exchange -> exchange.respond(200, form.substring(form.indexOf('|') + 1)));
        try (ProviderTestClient client = client(wire)) {
            assertWhole(client.answer());
        }
    }

    @Test
    @DisplayName("is no whole answer if it ends inside the document")
    void cutDocument() {
        byte[] body = "{\"choices\":[{\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]".getBytes(UTF_8);
        provider.enqueue(
                exchange -> exchange.raw("HTTP/1.1 200 OK\r\n\r\n").raw(body).truncate());
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            assertThat(client.rejection())
                    .isEqualTo(new Problem.ProviderFailed("fake", Fault.TRUNCATED, Optional.empty()));
        }
    }

    @ParameterizedTest
    @DisplayName(
            "does not come on an old connection that the provider closes: the request is sent again, as the same attempt")
    @ValueSource(booleans = {true, false})
    void staleConnection(boolean reset) throws Exception {
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            client.answer();
            client.endedAttempt();
            provider.enqueue(reset ? FakeProviderExchange::reset : FakeProviderExchange::truncate);
            provider.enqueue(ProviderScripts.answer(ProviderWireFormat.OPENAI, "Hel", "lo"));
            assertWhole(client.answer());
            assertThat(client.endedAttempt().problem()).isEmpty();
            assertThat(provider.exchanges()).hasSize(3);
        }
    }

    @Test
    @DisplayName("that was cut after it began is not requested again, also on an old connection")
    void cutOnOldConnection() {
        try (ProviderTestClient client = client(ProviderWireFormat.OPENAI)) {
            client.answer();
            provider.enqueue(exchange -> exchange.startStream(ProviderWireFormat.OPENAI)
                    .write("data: {")
                    .truncate());
            assertThat(client.rejection())
                    .isEqualTo(new Problem.ProviderFailed("fake", Fault.TRUNCATED, Optional.empty()));
            assertThat(provider.exchanges()).hasSize(2);
        }
    }

    private static void assertWhole(List<Event> events) {
        assertThat(ProviderTestClient.text(events)).isEqualTo("Hello");
        assertThat(events.getLast()).isInstanceOf(Completed.class);
    }
}

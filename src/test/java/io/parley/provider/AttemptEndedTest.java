package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Price;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderScripts;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The end of an attempt")
class AttemptEndedTest {

    /** One micro-dollar for an input token, ten for an output token. */
    private static final Price PRICE = new Price("2026-11", 1_000_000, 10_000_000, 0, 0, 0);

    private final FakeProvider provider = FakeProvider.start();

    @AfterEach
    void close() {
        provider.close();
    }

    @ParameterizedTest
    @DisplayName("is published with the usage that the provider reports, and its cost")
    @EnumSource
    void completed(ProviderWireFormat wire) throws Exception {
        provider.enqueue(ProviderScripts.answer(wire, "one", "two"));
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", wire))) {
            client.readAll(ProviderTestClient.await(client.open("call", ProviderTestClient.HELLO, Optional.of(PRICE))));
            UsageMessage.AttemptEnded attempts = client.endedAttempt();
            assertThat(attempts.id()).isEqualTo("call");
            assertThat(attempts.provider()).isEqualTo("fake");
            assertThat(attempts.model()).isEqualTo("asked-for");
            assertThat(attempts.requestContext().user()).isEqualTo("ada");
            assertThat(attempts.priceVersion()).contains("2026-11");
            assertThat(attempts.problem()).isEmpty();
            assertThat(attempts.usage()).isEqualTo(new Usage(12, 2, 0, 0, 0, false, OptionalLong.of(32)));
            assertThat(attempts.firstTokenMillis()).isBetween(0L, attempts.durationMillis());
        }
    }

    @Test
    @DisplayName("has no cost if the price is unknown")
    void unknownPrice() throws Exception {
        provider.enqueue(ProviderScripts.answer(ProviderWireFormat.OPENAI, "one"));
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", ProviderWireFormat.OPENAI))) {
            client.answer();
            UsageMessage.AttemptEnded attempts = client.endedAttempt();
            assertThat(attempts.usage().costMicros()).isEmpty();
            assertThat(attempts.priceVersion()).isEmpty();
        }
    }

    @Test
    @DisplayName("has no cost when the provider rejects the request")
    void rejected() throws Exception {
        provider.enqueue(ProviderScripts.errorResponse(429, "{}"));
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", ProviderWireFormat.OPENAI))) {
            client.rejection();
            assertNoCost(client.endedAttempt(), Fault.RATE_LIMITED);
        }
    }

    @Test
    @DisplayName("has no cost when the provider is unreachable")
    void unreachable() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (ProviderTestClient client = new ProviderTestClient(ProviderTestClient.withUrl(
                provider.config("fake", ProviderWireFormat.OPENAI), URI.create("http://127.0.0.1:" + port)))) {
            client.rejection();
            assertNoCost(client.endedAttempt(), Fault.UNREACHABLE);
        }
    }

    @Test
    @DisplayName("is published when the call is cancelled before the first token, with the usage of the prompt")
    void cancelledEarly() throws Exception {
        provider.enqueue(ProviderScripts.noResponse());
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", ProviderWireFormat.OPENAI))) {
            Future<StreamRef> reply = client.open("call", ProviderTestClient.HELLO);
            provider.nextExchange();
            client.cancel("call");
            ProviderTestClient.rejection(reply);
            UsageMessage.AttemptEnded attempts = client.endedAttempt();
            assertThat(attempts.problem()).contains(new Problem.Cancelled("user"));
            assertThat(attempts.firstTokenMillis()).isEqualTo(-1);
            assertThat(attempts.usage().inputTokens()).isEqualTo(2);
            assertThat(attempts.usage().estimated()).isTrue();
        }
    }

    @Test
    @DisplayName("is published once, also when a failed answer is cancelled")
    void once() throws Exception {
        provider.enqueue(ProviderScripts.truncate(ProviderWireFormat.OPENAI, "12345678"));
        provider.enqueue(ProviderScripts.answer(ProviderWireFormat.OPENAI, "x"));
        try (ProviderTestClient client = new ProviderTestClient(provider.config("fake", ProviderWireFormat.OPENAI))) {
            StreamRef stream =
                    ProviderTestClient.await(client.open("call_a", ProviderTestClient.HELLO, Optional.of(PRICE)));
            client.readAll(stream);
            ProviderTestClient.await(client.cancel(stream));
            ProviderTestClient.await(client.cancel("call_a"));
            client.readAll(ProviderTestClient.await(client.open("call_b", ProviderTestClient.HELLO)));
            List<UsageMessage.AttemptEnded> attempts = List.of(client.endedAttempt(), client.endedAttempt());
            assertThat(attempts).extracting(UsageMessage.AttemptEnded::id).containsExactly("call_a", "call_b");
            assertThat(attempts.getFirst().problem())
                    .contains(new Problem.ProviderFailed("fake", Fault.TRUNCATED, Optional.empty()));
            assertThat(attempts.getFirst().usage().costMicros()).hasValue(2 + 2 * 10);
        }
    }

    private static void assertNoCost(UsageMessage.AttemptEnded attempts, Fault fault) {
        assertThat(attempts.problem()).contains(new Problem.ProviderFailed("fake", fault, Optional.empty()));
        assertThat(attempts.usage()).isEqualTo(Usage.NONE);
        assertThat(attempts.firstTokenMillis()).isEqualTo(-1);
    }
}

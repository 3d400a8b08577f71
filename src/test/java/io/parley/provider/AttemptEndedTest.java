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

    private final FakeProvider vendor = FakeProvider.start();

    @AfterEach
    void close() {
        vendor.close();
    }

    @ParameterizedTest
    @DisplayName("is published with the usage that the provider reports, and its cost")
    @EnumSource
    void completed(ProviderWireFormat wire) throws Exception {
        vendor.then(ProviderScripts.answer(wire, "one", "two"));
        try (ProviderTestClient caller = new ProviderTestClient(vendor.config("fake", wire))) {
            caller.rest(ProviderTestClient.await(caller.open("call", ProviderTestClient.HELLO, Optional.of(PRICE))));
            UsageMessage.AttemptEnded told = caller.ended();
            assertThat(told.id()).isEqualTo("call");
            assertThat(told.provider()).isEqualTo("fake");
            assertThat(told.model()).isEqualTo("asked-for");
            assertThat(told.origin().user()).isEqualTo("ada");
            assertThat(told.priceVersion()).contains("2026-11");
            assertThat(told.problem()).isEmpty();
            assertThat(told.usage()).isEqualTo(new Usage(12, 2, 0, 0, 0, false, OptionalLong.of(32)));
            assertThat(told.firstTokenMillis()).isBetween(0L, told.durationMillis());
        }
    }

    @Test
    @DisplayName("has no cost if the price is unknown")
    void unknownPrice() throws Exception {
        vendor.then(ProviderScripts.answer(ProviderWireFormat.OPENAI, "one"));
        try (ProviderTestClient caller = new ProviderTestClient(vendor.config("fake", ProviderWireFormat.OPENAI))) {
            caller.answer();
            UsageMessage.AttemptEnded told = caller.ended();
            assertThat(told.usage().costMicros()).isEmpty();
            assertThat(told.priceVersion()).isEmpty();
        }
    }

    @Test
    @DisplayName("has no cost when the provider rejects the request")
    void refused() throws Exception {
        vendor.then(ProviderScripts.problem(429, "{}"));
        try (ProviderTestClient caller = new ProviderTestClient(vendor.config("fake", ProviderWireFormat.OPENAI))) {
            caller.refusal();
            assertNothingOwed(caller.ended(), Fault.RATE_LIMITED);
        }
    }

    @Test
    @DisplayName("has no cost when the provider is unreachable")
    void unreachable() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (ProviderTestClient caller =
                new ProviderTestClient(ProviderTestClient.at(vendor.config("fake", ProviderWireFormat.OPENAI), URI.create("http://127.0.0.1:" + port)))) {
            caller.refusal();
            assertNothingOwed(caller.ended(), Fault.UNREACHABLE);
        }
    }

    @Test
    @DisplayName("is published when the call is cancelled before the first token, with the usage of the prompt")
    void cancelledEarly() throws Exception {
        vendor.then(ProviderScripts.silence());
        try (ProviderTestClient caller = new ProviderTestClient(vendor.config("fake", ProviderWireFormat.OPENAI))) {
            Future<StreamRef> asked = caller.open("call", ProviderTestClient.HELLO);
            vendor.take();
            caller.cancel("call");
            ProviderTestClient.refusal(asked);
            UsageMessage.AttemptEnded told = caller.ended();
            assertThat(told.problem()).contains(new Problem.Cancelled("user"));
            assertThat(told.firstTokenMillis()).isEqualTo(-1);
            assertThat(told.usage().inputTokens()).isEqualTo(2);
            assertThat(told.usage().estimated()).isTrue();
        }
    }

    @Test
    @DisplayName("is published once, also when a failed answer is cancelled")
    void once() throws Exception {
        vendor.then(ProviderScripts.cut(ProviderWireFormat.OPENAI, "12345678"));
        vendor.then(ProviderScripts.answer(ProviderWireFormat.OPENAI, "x"));
        try (ProviderTestClient caller = new ProviderTestClient(vendor.config("fake", ProviderWireFormat.OPENAI))) {
            StreamRef stream = ProviderTestClient.await(caller.open("call_a", ProviderTestClient.HELLO, Optional.of(PRICE)));
            caller.rest(stream);
            ProviderTestClient.await(caller.cancel(stream));
            ProviderTestClient.await(caller.cancel("call_a"));
            caller.rest(ProviderTestClient.await(caller.open("call_b", ProviderTestClient.HELLO)));
            List<UsageMessage.AttemptEnded> told = List.of(caller.ended(), caller.ended());
            assertThat(told).extracting(UsageMessage.AttemptEnded::id).containsExactly("call_a", "call_b");
            assertThat(told.getFirst().problem())
                    .contains(new Problem.ProviderFailed("fake", Fault.CUT, Optional.empty()));
            assertThat(told.getFirst().usage().costMicros()).hasValue(2 + 2 * 10);
        }
    }

    private static void assertNothingOwed(UsageMessage.AttemptEnded told, Fault fault) {
        assertThat(told.problem()).contains(new Problem.ProviderFailed("fake", fault, Optional.empty()));
        assertThat(told.usage()).isEqualTo(Usage.NONE);
        assertThat(told.firstTokenMillis()).isEqualTo(-1);
    }
}

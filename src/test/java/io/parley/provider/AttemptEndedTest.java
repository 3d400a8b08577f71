package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Price;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.contract.StreamMessage.Opened;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage;
import io.parley.testing.FakeVendor;
import io.parley.testing.Scripts;
import io.parley.testing.Wire;
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

    private final FakeVendor vendor = FakeVendor.start();

    @AfterEach
    void close() {
        vendor.close();
    }

    @ParameterizedTest
    @DisplayName("is published with the usage that the provider reports, and its cost")
    @EnumSource
    void completed(Wire wire) throws Exception {
        vendor.then(Scripts.answer(wire, "one", "two"));
        try (Caller caller = new Caller(vendor.config("fake", wire))) {
            caller.rest(Caller.await(caller.open("call", Caller.HELLO, Optional.of(PRICE))));
            UsageMessage.Attempt told = caller.ended();
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
        vendor.then(Scripts.answer(Wire.OPENAI, "one"));
        try (Caller caller = new Caller(vendor.config("fake", Wire.OPENAI))) {
            caller.answer();
            UsageMessage.Attempt told = caller.ended();
            assertThat(told.usage().costMicros()).isEmpty();
            assertThat(told.priceVersion()).isEmpty();
        }
    }

    @Test
    @DisplayName("has no cost when the provider rejects the request")
    void refused() throws Exception {
        vendor.then(Scripts.problem(429, "{}"));
        try (Caller caller = new Caller(vendor.config("fake", Wire.OPENAI))) {
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
        try (Caller caller =
                new Caller(Caller.at(vendor.config("fake", Wire.OPENAI), URI.create("http://127.0.0.1:" + port)))) {
            caller.refusal();
            assertNothingOwed(caller.ended(), Fault.UNREACHABLE);
        }
    }

    @Test
    @DisplayName("is published when the call is cancelled before the first token, with the usage of the prompt")
    void cancelledEarly() throws Exception {
        vendor.then(Scripts.silence());
        try (Caller caller = new Caller(vendor.config("fake", Wire.OPENAI))) {
            Future<Opened> asked = caller.open("call", Caller.HELLO);
            vendor.take();
            caller.cancel("call");
            Caller.refusal(asked);
            UsageMessage.Attempt told = caller.ended();
            assertThat(told.problem()).contains(new Problem.Cancelled("user"));
            assertThat(told.firstTokenMillis()).isEqualTo(-1);
            assertThat(told.usage().inputTokens()).isEqualTo(2);
            assertThat(told.usage().estimated()).isTrue();
        }
    }

    @Test
    @DisplayName("is published once, also when a failed answer is cancelled")
    void once() throws Exception {
        vendor.then(Scripts.cut(Wire.OPENAI, "12345678"));
        vendor.then(Scripts.answer(Wire.OPENAI, "x"));
        try (Caller caller = new Caller(vendor.config("fake", Wire.OPENAI))) {
            Opened stream = Caller.await(caller.open("call_a", Caller.HELLO, Optional.of(PRICE)));
            caller.rest(stream);
            Caller.await(caller.cancel(stream));
            Caller.await(caller.cancel("call_a"));
            caller.rest(Caller.await(caller.open("call_b", Caller.HELLO)));
            List<UsageMessage.Attempt> told = List.of(caller.ended(), caller.ended());
            assertThat(told).extracting(UsageMessage.Attempt::id).containsExactly("call_a", "call_b");
            assertThat(told.getFirst().problem())
                    .contains(new Problem.VendorFailed("fake", Fault.CUT, Optional.empty()));
            assertThat(told.getFirst().usage().costMicros()).hasValue(2 + 2 * 10);
        }
    }

    private static void assertNothingOwed(UsageMessage.Attempt told, Fault fault) {
        assertThat(told.problem()).contains(new Problem.VendorFailed("fake", fault, Optional.empty()));
        assertThat(told.usage()).isEqualTo(Usage.NONE);
        assertThat(told.firstTokenMillis()).isEqualTo(-1);
    }
}

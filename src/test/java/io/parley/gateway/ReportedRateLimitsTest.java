package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig.Queue;
import io.parley.contract.ModelSelection;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProvider.ResponseScript;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A vendor that says how fast it may be asked")
class ReportedRateLimitsTest {

    private final GatewayHarness house = new GatewayHarness();

    @AfterEach
    void close() throws Exception {
        house.close();
    }

    @Test
    @DisplayName("is asked no faster, and what it has left is told")
    void paced() throws Exception {
        FakeProvider a = house.vendor("a");
        a.then(answer(
                "x-ratelimit-limit-requests: 600",
                "x-ratelimit-remaining-requests: 0",
                "x-ratelimit-reset-requests: 60s"));
        house.queue = new Queue(10, Duration.ofSeconds(5));
        house.open();
        house.text(house.answer(GatewayHarness.choice("a")));
        house.until("a", state -> state.requestsLeft().isPresent());
        assertThat(house.state("a").requestsLeft().getAsLong()).isLessThan(600);
        long asked = System.nanoTime();
        Future<AnswerHandle> first = house.ask(GatewayHarness.choice("a"));
        Future<AnswerHandle> second = house.ask(GatewayHarness.choice("a"));
        Future<AnswerHandle> third = house.ask(GatewayHarness.choice("a"));
        GatewayHarness.now(Future.all(first, second, third));
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThan(Duration.ofMillis(120));
    }

    @Test
    @DisplayName("is left alone while another that may answer has room")
    void elsewhere() throws Exception {
        FakeProvider a = house.vendor("a");
        house.vendor("b");
        a.then(answer("x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 60s"));
        house.open();
        assertThat(house.answer(ModelSelection.ANY).provider()).isEqualTo("a");
        house.until("a", state -> state.requestsLeft().isPresent());
        assertThat(house.answer(ModelSelection.ANY).provider()).isEqualTo("b");
        assertThat(a.exchanges()).hasSize(1);
    }

    private static ResponseScript answer(String... headers) {
        ProviderWireFormat wire = ProviderWireFormat.OPENAI;
        return exchange -> exchange.raw("HTTP/1.1 200 OK\r\ncontent-type: " + wire.contentType()
                        + "\r\ntransfer-encoding: chunked\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
                .finish(wire.answer("Hi"));
    }
}

package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.GatewayConfig.Queue;
import io.parley.contract.GatewayMessage.AnswerHandle;
import io.parley.contract.ModelSelection;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProvider.ResponseScript;
import io.parley.testing.ProviderWireFormat;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rate limits reported by a provider")
class ReportedRateLimitsTest {

    private final GatewayHarness harness = new GatewayHarness();

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    @DisplayName("pace the requests, and the remaining quota is reported")
    void paced() throws Exception {
        FakeProvider a = harness.provider("a");
        a.enqueue(answer(
                "x-ratelimit-limit-requests: 600",
                "x-ratelimit-remaining-requests: 0",
                "x-ratelimit-reset-requests: 60s"));
        harness.queue = new Queue(10, Duration.ofSeconds(5));
        harness.start();
        harness.text(harness.answer(GatewayHarness.selection("a")));
        harness.awaitStatus("a", state -> state.requestsRemaining().isPresent());
        assertThat(harness.state("a").requestsRemaining().getAsLong()).isLessThan(600);
        long startedAt = System.nanoTime();
        Future<AnswerHandle> first = harness.request(GatewayHarness.selection("a"));
        Future<AnswerHandle> second = harness.request(GatewayHarness.selection("a"));
        Future<AnswerHandle> third = harness.request(GatewayHarness.selection("a"));
        GatewayHarness.await(Future.all(first, second, third));
        assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isGreaterThan(Duration.ofMillis(120));
    }

    @Test
    @DisplayName("send requests to another provider while the quota is used up")
    void quotaUsedUp() throws Exception {
        FakeProvider a = harness.provider("a");
        harness.provider("b");
        a.enqueue(answer("x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 60s"));
        harness.start();
        assertThat(harness.answer(ModelSelection.DEFAULT).provider()).isEqualTo("a");
        harness.awaitStatus("a", state -> state.requestsRemaining().isPresent());
        assertThat(harness.answer(ModelSelection.DEFAULT).provider()).isEqualTo("b");
        assertThat(a.exchanges()).hasSize(1);
    }

    private static ResponseScript answer(String... headers) {
        ProviderWireFormat wire = ProviderWireFormat.OPENAI;
        return exchange -> exchange.raw("HTTP/1.1 200 OK\r\ncontent-type: " + wire.contentType()
                        + "\r\ntransfer-encoding: chunked\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
                .finish(wire.answer("Hi"));
    }
}

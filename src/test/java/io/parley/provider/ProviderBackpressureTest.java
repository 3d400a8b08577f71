package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.ProviderConfig.Timeouts;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.Event;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.ProviderWireFormat;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A provider that sends faster than readers read")
class ProviderBackpressureTest {

    private static final Duration BETWEEN_TOKENS = Duration.ofMillis(400);
    private static final int TOKENS = 40_000;

    @Test
    @DisplayName("is paused while no reader reads, does not time out meanwhile, and loses no events")
    void paused() throws Exception {
        Duration patient = Duration.ofSeconds(30);
        String token = ProviderWireFormat.OPENAI.token("x".repeat(1000));
        try (FakeProvider provider = FakeProvider.start();
                ProviderTestClient client = new ProviderTestClient(ProviderTestClient.withLimits(
                        provider.config("fake", ProviderWireFormat.OPENAI),
                        new Timeouts(patient, patient, patient, BETWEEN_TOKENS, patient),
                        Integer.MAX_VALUE))) {
            provider.enqueue(exchange -> {
                exchange.startStream(ProviderWireFormat.OPENAI);
                for (int each = 0; each < TOKENS / 10; each++) {
                    exchange.write(token.repeat(10));
                }
                exchange.write(ProviderWireFormat.OPENAI.end()).end();
            });
            StreamRef stream = ProviderTestClient.await(client.open("call", ProviderTestClient.HELLO));
            FakeProviderExchange exchange = provider.nextExchange();
            assertThat(bytesUntilStalled(exchange)).isLessThan(TOKENS * token.length() / 2L);
            List<Event> events = client.readAll(stream);
            assertThat(events).hasSize(TOKENS + 1).last().isInstanceOf(Completed.class);
        }
    }

    /** The number of bytes that were written until writing stalled. */
    private static long bytesUntilStalled(FakeProviderExchange exchange) throws InterruptedException {
        long before;
        do {
            before = exchange.bytesWritten();
            exchange.delay(BETWEEN_TOKENS.plusMillis(100));
        } while (exchange.bytesWritten() > before);
        return before;
    }
}

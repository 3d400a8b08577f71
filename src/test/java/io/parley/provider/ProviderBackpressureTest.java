package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.ProviderConfig.Timeouts;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.Event;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.testing.FakeProviderExchange;
import io.parley.testing.FakeProvider;
import io.parley.testing.ProviderWireFormat;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A provider that sends faster than readers read")
class ProviderBackpressureTest {

    private static final Duration BETWEEN = Duration.ofMillis(400);
    private static final int TOKENS = 40_000;

    @Test
    @DisplayName("is paused while no reader reads, does not time out meanwhile, and loses no events")
    void paused() throws Exception {
        Duration patient = Duration.ofSeconds(30);
        String token = ProviderWireFormat.OPENAI.token("x".repeat(1000));
        try (FakeProvider vendor = FakeProvider.start();
                ProviderTestClient caller = new ProviderTestClient(ProviderTestClient.limits(
                        vendor.config("fake", ProviderWireFormat.OPENAI),
                        new Timeouts(patient, patient, patient, BETWEEN, patient),
                        Integer.MAX_VALUE))) {
            vendor.then(exchange -> {
                exchange.stream(ProviderWireFormat.OPENAI);
                for (int each = 0; each < TOKENS / 10; each++) {
                    exchange.write(token.repeat(10));
                }
                exchange.write(ProviderWireFormat.OPENAI.end()).end();
            });
            StreamRef stream = ProviderTestClient.await(caller.open("call", ProviderTestClient.HELLO));
            FakeProviderExchange exchange = vendor.take();
            assertThat(stalled(exchange)).isLessThan(TOKENS * token.length() / 2L);
            List<Event> events = caller.rest(stream);
            assertThat(events).hasSize(TOKENS + 1).last().isInstanceOf(Completed.class);
        }
    }

    /** The number of bytes that were written until writing stalled. */
    private static long stalled(FakeProviderExchange exchange) throws InterruptedException {
        long before;
        do {
            before = exchange.written();
            exchange.pause(BETWEEN.plusMillis(100));
        } while (exchange.written() > before);
        return before;
    }
}

package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.VendorConfig.Timeouts;
import io.parley.contract.AnswerEvent.Completed;
import io.parley.contract.Event;
import io.parley.contract.StreamMessage.Opened;
import io.parley.testing.Exchange;
import io.parley.testing.FakeVendor;
import io.parley.testing.Wire;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A provider that sends faster than readers read")
class BackPressureTest {

    private static final Duration BETWEEN = Duration.ofMillis(400);
    private static final int TOKENS = 40_000;

    @Test
    @DisplayName("is paused while no reader reads, does not time out meanwhile, and loses no events")
    void paused() throws Exception {
        Duration patient = Duration.ofSeconds(30);
        String token = Wire.OPENAI.token("x".repeat(1000));
        try (FakeVendor vendor = FakeVendor.start();
                Caller caller = new Caller(Caller.limits(
                        vendor.config("fake", Wire.OPENAI),
                        new Timeouts(patient, patient, patient, BETWEEN, patient),
                        Integer.MAX_VALUE))) {
            vendor.then(exchange -> {
                exchange.stream(Wire.OPENAI);
                for (int each = 0; each < TOKENS / 10; each++) {
                    exchange.write(token.repeat(10));
                }
                exchange.write(Wire.OPENAI.end()).end();
            });
            Opened stream = Caller.await(caller.open("call", Caller.HELLO));
            Exchange exchange = vendor.take();
            assertThat(stalled(exchange)).isLessThan(TOKENS * token.length() / 2L);
            List<Event> events = caller.rest(stream);
            assertThat(events).hasSize(TOKENS + 1).last().isInstanceOf(Completed.class);
        }
    }

    /** The number of bytes that were written until writing stalled. */
    private static long stalled(Exchange exchange) throws InterruptedException {
        long before;
        do {
            before = exchange.written();
            exchange.pause(BETWEEN.plusMillis(100));
        } while (exchange.written() > before);
        return before;
    }
}

package io.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.ProviderMessage.ReportedLimit;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a vendor has left")
class ProviderQuotaTest {

    private final ManualClock time = new ManualClock();
    private final ProviderQuota tide = new ProviderQuota(time);

    @Test
    @DisplayName("is not known before the vendor has said it, and keeps nobody waiting")
    void unknown() {
        tide.take(1000);
        assertThat(tide.left()).isEmpty();
        assertThat(tide.pause(1_000_000)).isZero();
    }

    @Test
    @DisplayName("is what it said, less what was taken since, more what has come back")
    void flows() {
        tide.heard(new ReportedLimit(OptionalLong.of(60), 0, Duration.ofSeconds(30)));
        assertThat(tide.left()).hasValue(0);
        assertThat(tide.pause(1)).isEqualTo(Duration.ofMillis(500));
        time.pass(Duration.ofSeconds(10));
        assertThat(tide.left()).hasValue(20);
        assertThat(tide.pause(20)).isZero();
        tide.take(20);
        assertThat(tide.pause(10)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("is there as a whole when its time has come, where nobody knows how much that is")
    void steps() {
        tide.heard(new ReportedLimit(OptionalLong.empty(), 1, Duration.ofSeconds(3)));
        assertThat(tide.pause(1)).isZero();
        tide.take(1);
        assertThat(tide.pause(1)).isEqualTo(Duration.ofSeconds(3));
        time.pass(Duration.ofSeconds(3));
        assertThat(tide.pause(1)).isZero();
        assertThat(tide.left()).isEmpty();
    }

    @Test
    @DisplayName("lets in what is larger than the whole when the whole is there")
    void larger() {
        tide.heard(new ReportedLimit(OptionalLong.of(100), 50, Duration.ofSeconds(10)));
        assertThat(tide.pause(1000)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName("is believed for a minute and no longer, however long the vendor says that it holds")
    void forgets() {
        tide.heard(new ReportedLimit(OptionalLong.of(100), 0, Duration.ofHours(8)));
        assertThat(tide.pause(1)).isEqualTo(Duration.ofMinutes(1));
        time.pass(Duration.ofMinutes(1));
        assertThat(tide.pause(1)).isZero();
    }
}

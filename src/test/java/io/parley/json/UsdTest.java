package io.parley.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Amounts in US dollars")
class UsdTest {

    @ParameterizedTest(name = "{0} micro-dollars are {1}")
    @CsvSource({"0,0", "1,0.000001", "120,0.00012", "1500000,1.5", "30000000,30", "1000000000000000,1000000000"})
    @DisplayName("are converted exactly, without trailing zeros or an exponent")
    void written(long micros, String dollars) {
        assertThat(Usd.ofMicros(micros))
                .satisfies(usd -> assertThat(usd.toPlainString()).isEqualTo(dollars));
        assertThat(Usd.toMicros(Double.parseDouble(dollars))).isEqualTo(micros);
    }

    @Test
    @DisplayName("are null when unknown")
    void unknown() {
        assertThat(Usd.ofMicros(OptionalLong.empty())).isNull();
    }
}

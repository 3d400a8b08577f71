package io.parley.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Rules for text fields")
class TextRuleTest {

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "0001-01-01T00:00:00Z",
                "1969-07-20T20:17:40Z",
                "2026-02-28T23:59:59.123456789+05:30",
                "9999-12-31T23:59:59.999999999Z"
            })
    @DisplayName("INSTANT accepts timestamps of the years 1 to 9999")
    void instant(String text) {
        assertThat(TextRule.INSTANT.isMet()).accepts(text);
        assertThat(TextRule.DATE.isMet()).accepts(text);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "0000-12-31T23:59:59Z",
                "0001-01-01T00:00:00+00:01",
                "+10000-01-01T00:00:00Z",
                "9999-12-31T23:59:59-00:01",
                "2026-02-30T00:00:00Z",
                "2026-02-28T00:00:00",
                "tomorrow"
            })
    @DisplayName("INSTANT and DATE reject other timestamps")
    void invalidInstant(String text) {
        assertThat(TextRule.INSTANT.isMet()).rejects(text);
        assertThat(TextRule.DATE.isMet()).rejects(text);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"0001-01-01", "1969-07-20", "9999-12-31"})
    @DisplayName("DATE accepts a date without a time")
    void day(String text) {
        assertThat(TextRule.DATE.isMet()).accepts(text).rejects("0000-12-31", "2026-02-30", "20.07.1969");
        assertThat(TextRule.INSTANT.isMet()).rejects(text);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"(", "(?=a)", "(a)\\1", "(a{1000}){1000}", "[z-a]"})
    @DisplayName("REGEX rejects an expression that cannot be matched in linear time or is too complex")
    void regex(String text) {
        assertThat(TextRule.REGEX.isMet()).rejects(text).accepts("I (agree|accept)", "a{1000}");
    }
}

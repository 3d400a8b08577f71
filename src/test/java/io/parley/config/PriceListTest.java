package io.parley.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.PriceList.Entry;
import io.parley.config.PriceList.Match;
import io.parley.contract.Price;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Price of a model")
class PriceListTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 30);
    private static final LocalDate TOMORROW = TODAY.plusDays(1);

    @ParameterizedTest
    @CsvSource({
        "m-x, short prefix",
        "m-a-y, long prefix",
        "m-a-2, dated",
        "m-a-2-20260401, dated",
        "m-a-3, exact",
        "m-a-3-20260401, long prefix"
    })
    @DisplayName("is that of the most specific entry: exact, then dated, then the longest prefix")
    void order(String model, String expected) {
        PriceList list = new PriceList(List.of(
                entry("m", Match.PREFIX, "short prefix"),
                entry("m-a", Match.PREFIX, "long prefix"),
                entry("m-a-2", Match.DATED, "dated"),
                entry("m-a-2-2", Match.PREFIX, "longer than the id without its date"),
                entry("m-a-3", Match.EXACT, "exact")));

        assertThat(list.price("p", model, TODAY).map(Price::version)).hasValue(expected);
        assertThat(list.price("q", model, TODAY)).isEmpty();
        assertThat(list.price("p", "x", TODAY)).isEmpty();
    }

    @Test
    @DisplayName("is that of the latest date that has come")
    void dates() {
        PriceList list = new PriceList(List.of(
                entry("m", Match.PREFIX, "prefix"),
                new Entry("p", "m", Match.EXACT, TODAY, price("today")),
                new Entry("p", "m", Match.EXACT, TOMORROW, price("tomorrow"))));

        assertThat(list.price("p", "m", TODAY.minusDays(1)).map(Price::version)).hasValue("prefix");
        assertThat(list.price("p", "m", TODAY).map(Price::version)).hasValue("today");
        assertThat(list.price("p", "m", TOMORROW).map(Price::version)).hasValue("tomorrow");
    }

    @ParameterizedTest
    @ValueSource(strings = {"m-5", "m-5-20260401", "m-5-2026-04-01", "m-5@20260401"})
    @DisplayName("applies to dated releases if the entry says so")
    void dated(String model) {
        assertThat(new PriceList(List.of(entry("m-5", Match.DATED, "v"))).price("p", model, TODAY))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"m-5-5", "m-5-5-20260401", "m-5-mini", "m-5-0401", "m-5-202604011", "m-5.20260401", "m-520260401"
            })
    @DisplayName("does not apply to another version or size of a dated model")
    void notDated(String model) {
        assertThat(new PriceList(List.of(entry("m-5", Match.DATED, "v"))).price("p", model, TODAY))
                .isEmpty();
    }

    @Test
    @DisplayName("is first looked up in the operator's own list, then under the name of another provider")
    void precedence() {
        PriceList own = new PriceList(List.of(entry("a", Match.PREFIX, "own")));
        PriceList list = new PriceList(List.of(entry("ab", Match.EXACT, "shipped"), entry("b", Match.EXACT, "shipped")))
                .withOwn(own)
                .withFamilies(Map.of("other", "p"));

        assertThat(list.price("p", "ab", TODAY).map(Price::version)).hasValue("own");
        assertThat(list.price("p", "b", TODAY).map(Price::version)).hasValue("shipped");
        assertThat(list.price("other", "ab", TODAY).map(Price::version)).hasValue("own");
        assertThat(list.price("other", "c", TODAY)).isEmpty();
    }

    private static Entry entry(String model, Match match, String version) {
        return new Entry("p", model, match, LocalDate.EPOCH, price(version));
    }

    private static Price price(String version) {
        return new Price(version, 1, 1, 1, 1, 1);
    }
}

package io.parley.config.price;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.config.ConfigException;
import io.parley.config.PriceList;
import io.parley.contract.Price;
import io.parley.contract.Usage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Price file")
class PriceFileTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final String HEAD = "currency: USD\nupdated: 2026-11-21\nsource: test\n";

    @ParameterizedTest
    @CsvSource({
        "openai, gpt-4o-mini, 150000, 600000",
        "openai, gpt-5-mini, 250000, 2000000",
        "openai, gpt-5-mini-2025-08-07, 250000, 2000000",
        "openai, gpt-5, 1250000, 10000000",
        "anthropic, claude-sonnet-5, 2000000, 10000000",
        "anthropic, claude-haiku-4-5-20251001, 1000000, 5000000",
        "demo, whatever, 0, 0",
        "ollama, llama3.2, 0, 0"
    })
    @DisplayName("the shipped file has prices for the known providers")
    void shipped(String provider, String model, long input, long output) {
        Optional<Price> price = PriceFile.read("conf/prices.yaml").price(provider, model, TODAY);

        assertThat(price.map(Price::rates)).hasValueSatisfying(rates -> {
            assertThat(rates.input()).isEqualTo(input);
            assertThat(rates.output()).isEqualTo(output);
        });
        assertThat(price.map(Price::version)).hasValue("2026-11-21");
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, claude-sonnet-5-5",
        "anthropic, claude-haiku-5-5",
        "openai, gpt-6",
        "openai, gpt-5-nano",
        "openai, gpt-5.5-pro",
        "my-llm, gpt-5"
    })
    @DisplayName("a similar model name does not match: an unlisted model has no price")
    void unlistedModel(String provider, String model) {
        assertThat(PriceFile.read("conf/prices.yaml").price(provider, model, TODAY))
                .isEmpty();
    }

    @Test
    @DisplayName("the packaged file equals the shipped one")
    void packaged() throws IOException {
        PriceList packaged = PriceFile.parse(PriceFileTest.class.getResourceAsStream("/prices.yaml"));

        assertThat(packaged).isEqualTo(PriceFile.read("conf/prices.yaml"));
    }

    @Test
    @DisplayName("an exact match precedes a prefix, a longer prefix a shorter one, and a later date an earlier one")
    void order() throws IOException {
        PriceList list = list(
                "{provider: p, match: prefix, model: m, input_per_mtok: 1, output_per_mtok: 1}",
                "{provider: p, match: prefix, model: m-a, input_per_mtok: 2, output_per_mtok: 2}",
                "{provider: p, model: m-a-x, input_per_mtok: 3, output_per_mtok: 3}",
                "{provider: p, model: m-a-x, effective_from: 2026-12-01, input_per_mtok: 4, output_per_mtok: 4}");

        assertThat(input(list, "m-b", TODAY)).isEqualTo(1_000_000);
        assertThat(input(list, "m-a-y", TODAY)).isEqualTo(2_000_000);
        assertThat(input(list, "m-a-x", TODAY)).isEqualTo(3_000_000);
        assertThat(input(list, "m-a-x", LocalDate.of(2026, 11, 30))).isEqualTo(3_000_000);
        assertThat(input(list, "m-a-x", LocalDate.of(2026, 12, 1))).isEqualTo(4_000_000);
        assertThat(list.price("p", "x", TODAY)).isEmpty();
    }

    @Test
    @DisplayName("cached and reasoning tokens cost the same as other tokens unless the file sets a price for them")
    void cachedAndReasoningTokens() throws IOException {
        PriceList list = list(
                "{provider: p, model: plain, input_per_mtok: 2, output_per_mtok: 8}",
                "{provider: p, model: special, input_per_mtok: 2, output_per_mtok: 8, cache_read_per_mtok: 0.2,"
                        + " cache_write_per_mtok: 2.5, reasoning_per_mtok: 9}");

        assertThat(list.price("p", "plain", TODAY).orElseThrow().rates())
                .isEqualTo(new Price.Rates(2_000_000, 8_000_000, 2_000_000, 2_000_000, 8_000_000));
        assertThat(list.price("p", "special", TODAY).orElseThrow().rates())
                .isEqualTo(new Price.Rates(2_000_000, 8_000_000, 200_000, 2_500_000, 9_000_000));
    }

    @Test
    @DisplayName("a long prompt is charged by its tier, from the first token")
    void tiers() {
        Price price = PriceFile.read("conf/prices.yaml")
                .price("openai", "gpt-5.5", TODAY)
                .orElseThrow();

        assertThat(price.costMicros(Usage.reported(272_000, 1_000, 0, 0, 0))).isEqualTo(1_360_000 + 30_000);
        assertThat(price.costMicros(Usage.reported(272_001, 1_000, 0, 0, 0))).isEqualTo(2_720_010 + 45_000);
    }

    @Test
    @DisplayName("all errors are reported at once")
    void mistakes() {
        List<String> mistakes = catchThrowableOfType(
                        ConfigException.class,
                        () -> parse("currency: EUR\nupdated: soon\nsauce: none\nmodels:\n"
                                + "- {provider: p, model: a, input_per_mtok: -1, output_per_mtok: 1}\n"
                                + "- {provider: p, model: b, input_per_mtok: 1, output_per_mtok: 0.0000001, colour: red}\n"
                                + "- {provider: p, model: c, match: regex, input_per_mtok: '1', output_per_mtok: 1}\n"
                                + "- {model: '', input_per_mtok: 1}\n"
                                + "- 7\n"
                                + "- {provider: p, model: d, effective_from: 1.1., input_per_mtok: 1, output_per_mtok: 1}\n"
                                + "- {provider: p, model: d, input_per_mtok: 1, output_per_mtok: 1}\n"))
                .errors();

        assertThat(mistakes)
                .containsExactlyInAnyOrder(
                        "The price list: unknown key: sauce",
                        "The price list must have currency: USD",
                        "The price list: updated must be a date such as 2026-11-21",
                        "The price list must have the date of its last update, such as updated: 2026-11-21",
                        "The price list must name its source",
                        "The price of p/a: input_per_mtok must be a number of dollars from 0 to 1000000 with up to 6 decimals",
                        "The price of p/b: unknown key: colour",
                        "The price of p/b: output_per_mtok must be a number of dollars from 0 to 1000000 with up to 6 decimals",
                        "The price of p/c: match must be exact or prefix",
                        "The price of p/c: input_per_mtok must be a number of dollars from 0 to 1000000 with up to 6 decimals",
                        "The price number 4 must name a provider",
                        "The price number 4 must name a model, in quotes if it looks like a number",
                        "The price number 4 needs input_per_mtok and output_per_mtok",
                        "The price number 5 must be a map",
                        "The price of p/d: effective_from must be a date such as 2026-11-21",
                        "The price of p/d from 1970-01-01 is listed twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "- 1\n", "models: [\n", "currency: USD\ncurrency: USD\n", "just words"})
    @DisplayName("a file that is not a YAML map is rejected")
    void notAMap(String text) {
        assertThat(catchThrowableOfType(Exception.class, () -> parse(text))).isNotNull();
    }

    @Test
    @DisplayName("a missing file that is named in the configuration prevents the start")
    void missing() {
        String absent = Path.of("nowhere", "prices.yaml").toString();

        assertThat(catchThrowableOfType(ConfigException.class, () -> PriceFile.read(absent))
                        .errors())
                .singleElement()
                .asString()
                .startsWith("usage.prices (PARLEY_USAGE_PRICES) names " + absent);
    }

    private static long input(PriceList list, String model, LocalDate day) {
        return list.price("p", model, day).orElseThrow().rates().input();
    }

    private static PriceList list(String... models) throws IOException {
        return parse(HEAD + "models:\n- " + String.join("\n- ", models) + "\n");
    }

    private static PriceList parse(String text) throws IOException {
        return PriceFile.parse(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }
}

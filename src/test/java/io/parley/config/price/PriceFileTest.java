package io.parley.config.price;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.config.ConfigException;
import io.parley.config.PriceList;
import io.parley.contract.Price;
import io.parley.contract.Price.Rates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Price file")
class PriceFileTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final String HEAD = "currency: USD\nupdated: 2026-11-21\nsource: test\nmodels:\n";

    @TempDir
    private Path folder;

    @Test
    @DisplayName("gives a list of models one price")
    void listOfModels() throws IOException {
        PriceList list = list("{provider: p, model: [a, b], input_per_mtok: 1, output_per_mtok: 2}");

        assertThat(rates(list, "a")).isEqualTo(rates(list, "b"));
        assertThat(list.price("p", "c", TODAY)).isEmpty();
    }

    @Test
    @DisplayName("gives cached and reasoning tokens the price of other tokens unless it has one for them")
    void cachedAndReasoningTokens() throws IOException {
        PriceList list = list(
                "{provider: p, model: plain, input_per_mtok: 2, output_per_mtok: 8}",
                "{provider: p, model: written, input_per_mtok: 2, output_per_mtok: 8, cache_write_per_mtok: 2.5}",
                "{provider: p, model: special, input_per_mtok: 2, output_per_mtok: 8, cache_read_per_mtok: 0.2,"
                        + " cache_write_per_mtok: 2.5, cache_write_1h_per_mtok: 4, reasoning_per_mtok: 9}");

        assertThat(rates(list, "plain"))
                .isEqualTo(new Rates(2_000_000, 8_000_000, 2_000_000, 2_000_000, 2_000_000, 8_000_000));
        assertThat(rates(list, "written"))
                .isEqualTo(new Rates(2_000_000, 8_000_000, 2_000_000, 2_500_000, 2_500_000, 8_000_000));
        assertThat(rates(list, "special"))
                .isEqualTo(new Rates(2_000_000, 8_000_000, 200_000, 2_500_000, 4_000_000, 9_000_000));
    }

    @Test
    @DisplayName("keeps the proportion of special prices in a tier that does not set them")
    void tierProportions() throws IOException {
        PriceList list = list("{provider: p, model: m, input_per_mtok: 2, output_per_mtok: 8, cache_read_per_mtok: 0.2,"
                + " cache_write_1h_per_mtok: 4,"
                + " tiers: [{above_input_tokens: 10, input_per_mtok: 4, output_per_mtok: 12}]}");

        assertThat(list.price("p", "m", TODAY).orElseThrow().tiers())
                .containsExactly(new Price.Tier(
                        10, new Rates(4_000_000, 12_000_000, 400_000, 4_000_000, 8_000_000, 12_000_000)));
    }

    @Test
    @DisplayName("is rejected with all errors, each with the line of its entry")
    void mistakes() {
        List<String> mistakes = errors("currency: EUR\nupdated: soon\nsauce: none\nmodels:\n"
                + "- {provider: p, model: a, input_per_mtok: -1, output_per_mtok: 1}\n"
                + "- {provider: p, model: b, input_per_mtok: 1, output_per_mtok: 0.0000001, colour: red}\n"
                + "- {provider: p, model: c, match: regex, input_per_mtok: '1', output_per_mtok: 1}\n"
                + "- {model: '', input_per_mtok: 1}\n"
                + "- 7\n"
                + "- provider: p\n"
                + "  model: [d, 5]\n"
                + "  effective_from: 1.1.\n"
                + "  input_per_mtok: 1\n"
                + "  output_per_mtok: 1\n"
                + "- {provider: p, model: [e, d], input_per_mtok: 1, output_per_mtok: 1}\n"
                + "- {provider: p, model: [], input_per_mtok: 1, output_per_mtok: 1, tiers: 3}\n"
                + "- {provider: p, model: f, input_per_mtok: 1, output_per_mtok: 1, tiers: [{above_input_tokens: 1,"
                + " input_per_mtok: 1, output_per_mtok: 1}, {above_input_tokens: 1, input_per_mtok: 2}]}\n");

        assertThat(mistakes)
                .containsExactlyInAnyOrder(
                        "own.yaml: the price list: unknown key: sauce",
                        "own.yaml: the price list must have currency: USD",
                        "own.yaml: the price list: updated must be a date such as 2026-11-21",
                        "own.yaml: the price list must have the date of its last update, such as updated: 2026-11-21",
                        "own.yaml: the price list must name its source",
                        "own.yaml, line 5: the price of p/a: input_per_mtok must be a number of dollars from 0 to 1000000"
                                + " with up to 6 decimals",
                        "own.yaml, line 6: the price of p/b: unknown key: colour",
                        "own.yaml, line 6: the price of p/b: output_per_mtok must be a number of dollars from 0 to 1000000"
                                + " with up to 6 decimals",
                        "own.yaml, line 7: the price of p/c: match must be exact, dated or prefix",
                        "own.yaml, line 7: the price of p/c: input_per_mtok must be a number of dollars from 0 to 1000000"
                                + " with up to 6 decimals",
                        "own.yaml, line 8: the price number 4 must name a provider",
                        "own.yaml, line 8: the price number 4 must name a model or a list of models, in quotes if it looks"
                                + " like a number",
                        "own.yaml, line 8: the price number 4 needs input_per_mtok and output_per_mtok",
                        "own.yaml, line 9: the price number 5 must be a map",
                        "own.yaml, line 10: the price of p/d must name a model or a list of models, in quotes if it looks"
                                + " like a number",
                        "own.yaml, line 10: the price of p/d: effective_from must be a date such as 2026-11-21",
                        "own.yaml, line 15: the price of p/e: d from 1970-01-01 is listed twice",
                        "own.yaml, line 16: the price number 8 must name a model or a list of models, in quotes if it"
                                + " looks like a number",
                        "own.yaml, line 16: the price number 8: tiers must be a list",
                        "own.yaml, line 17: the price of p/f, in a tier needs input_per_mtok and output_per_mtok");
    }

    @Test
    @DisplayName("is rejected if two tiers begin at the same length")
    void equalTiers() {
        assertThat(errors(HEAD + "- {provider: p, model: f, input_per_mtok: 1, output_per_mtok: 1, tiers: ["
                        + "{above_input_tokens: 1, input_per_mtok: 1, output_per_mtok: 1},"
                        + "{above_input_tokens: 1, input_per_mtok: 2, output_per_mtok: 1}]}\n"))
                .containsExactly("own.yaml, line 5: the price of p/f: two tiers have the same above_input_tokens");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "- 1\n",
                "models: [\n",
                "currency: USD\ncurrency: USD\n",
                "just words",
                "a: &x 1\nb: *x\n",
                "a: 1\n---\nb: 1\n"
            })
    @DisplayName("is rejected if it is not one YAML map with unique keys and without aliases")
    void notAMap(String text) {
        assertThat(catchThrowableOfType(Exception.class, () -> parse(text))).isNotNull();
    }

    @Test
    @DisplayName("prevents the start if it is named in the configuration and missing")
    void missing() {
        String absent = folder.resolve("prices.yaml").toString();

        assertThat(catchThrowableOfType(ConfigException.class, () -> PriceFile.read(absent, Map.of()))
                        .errors())
                .singleElement()
                .asString()
                .startsWith("usage.prices (PARLEY_USAGE_PRICES) names " + absent);
    }

    @Test
    @DisplayName("yields to the operator's own prices beside it, also to their prefixes")
    void ownPrices() throws IOException {
        PriceList list = withOwn(
                "{provider: p, model: [a, b], input_per_mtok: 1, output_per_mtok: 1}\n"
                        + "- {provider: p, model: c, input_per_mtok: 1, output_per_mtok: 1}",
                "{provider: p, model: a, input_per_mtok: 7, output_per_mtok: 7}\n"
                        + "- {provider: p, match: prefix, model: c, effective_from: 2026-11-22, input_per_mtok: 9,"
                        + " output_per_mtok: 9}\n"
                        + "- {provider: q, model: d, input_per_mtok: 8, output_per_mtok: 8}");

        assertThat(rates(list, "a").input()).isEqualTo(7_000_000);
        assertThat(list.price("p", "a", TODAY).map(Price::version)).hasValue("local-2026-11-21");
        assertThat(rates(list, "b").input()).isEqualTo(1_000_000);
        assertThat(list.price("p", "b", TODAY).map(Price::version)).hasValue("2026-11-21");
        assertThat(rates(list, "c").input()).isEqualTo(1_000_000);
        assertThat(list.price("p", "c", TODAY.plusDays(1)).orElseThrow().rates().input())
                .isEqualTo(9_000_000);
        assertThat(list.price("q", "d", TODAY)).isPresent();
    }

    @Test
    @DisplayName("prevents the start, with file and line, if the operator's own prices beside it have an error")
    void brokenOwnPrices() {
        String price = "{provider: p, model: a, input_per_mtok: 1, output_per_mtok: 1}";

        assertThat(catchThrowableOfType(
                                ConfigException.class, () -> withOwn(price, "{provider: p, model: a, input: 7}"))
                        .errors())
                .contains(folder.resolve("prices.local.yaml") + ", line 5: the price of p/a: unknown key: input");
        assertThat(catchThrowableOfType(ConfigException.class, () -> withOwn(price, "{provider: p, model: a"))
                        .errors())
                .singleElement()
                .asString()
                .startsWith(folder.resolve("prices.local.yaml") + " is not YAML")
                .containsPattern("\\(line [56], column \\d+\\)");
    }

    @Test
    @DisplayName("has the prices of a provider under the name that the configuration gives, unless it has its own")
    void families() throws IOException {
        Path file = write(
                "prices.yaml",
                "{provider: openai, model: [a, b], input_per_mtok: 1, output_per_mtok: 1}\n"
                        + "- {provider: my-llm, model: b, input_per_mtok: 2, output_per_mtok: 2}");
        PriceList list = PriceFile.read(file.toString(), Map.of("my-llm", "openai"));

        assertThat(list.price("my-llm", "a", TODAY).orElseThrow().rates().input())
                .isEqualTo(1_000_000);
        assertThat(list.price("my-llm", "b", TODAY).orElseThrow().rates().input())
                .isEqualTo(2_000_000);
        assertThat(list.price("other-llm", "a", TODAY)).isEmpty();
    }

    @Test
    @DisplayName("prevents the start if the configuration names a provider that it does not have")
    void unknownFamily() throws IOException {
        String file = write("prices.yaml", "{provider: openai, model: a, input_per_mtok: 1, output_per_mtok: 1}")
                .toString();

        assertThat(catchThrowableOfType(ConfigException.class, () -> PriceFile.read(file, Map.of("my-llm", "opennai")))
                        .errors())
                .containsExactly(
                        "providers.my-llm.prices (PARLEY_PROVIDERS_MY_LLM_PRICES) is opennai, but the price list"
                                + " has no provider of that name");
    }

    private PriceList withOwn(String models, String ownModels) throws IOException {
        Path file = write("prices.yaml", models);
        write("prices.local.yaml", ownModels);
        return PriceFile.read(file.toString(), Map.of());
    }

    private Path write(String name, String models) throws IOException {
        return Files.writeString(folder.resolve(name), HEAD + "- " + models + "\n");
    }

    private static Rates rates(PriceList list, String model) {
        return list.price("p", model, TODAY).orElseThrow().rates();
    }

    private static List<String> errors(String text) {
        return catchThrowableOfType(ConfigException.class, () -> parse(text)).errors();
    }

    private static PriceList list(String... models) throws IOException {
        return parse(HEAD + "- " + String.join("\n- ", models) + "\n");
    }

    private static PriceList parse(String text) throws IOException {
        return PriceFile.parse("own.yaml", new ByteArrayInputStream(text.getBytes(UTF_8)), "");
    }
}

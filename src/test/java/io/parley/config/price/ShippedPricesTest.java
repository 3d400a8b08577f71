package io.parley.config.price;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.config.PriceList;
import io.parley.config.PriceList.Entry;
import io.parley.contract.Price;
import io.parley.contract.Price.Rates;
import io.parley.contract.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the generated price list with prices that were read from the package by hand. */
@DisplayName("Shipped price list")
class ShippedPricesTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final PriceList PRICES = PriceFile.read("conf/prices.yaml", Map.of());

    @ParameterizedTest
    @CsvSource({
        "openai,    gpt-4o-mini,                 150000,   600000,    75000",
        "openai,    gpt-4o-mini-2024-07-18,      150000,   600000,    75000",
        "openai,    gpt-4.1,                     2000000,  8000000,   500000",
        "openai,    gpt-5,                       1250000,  10000000,  125000",
        "openai,    gpt-5-mini,                  250000,   2000000,   25000",
        "openai,    gpt-5.5,                     5000000,  30000000,  500000",
        "openai,    o3,                          2000000,  8000000,   500000",
        "openai,    text-embedding-3-small,      20000,    0,         20000",
        "anthropic, claude-haiku-4-5,            1000000,  5000000,   100000",
        "anthropic, claude-haiku-4-5-20251001,   1000000,  5000000,   100000",
        "anthropic, claude-sonnet-4-6,           3000000,  15000000,  300000",
        "anthropic, claude-sonnet-5,             2000000,  10000000,  200000",
        "anthropic, claude-opus-4-8,             5000000,  25000000,  500000",
        "anthropic, claude-opus-5-5,             4000000,  20000000,  200000",
        "anthropic, claude-3-5-sonnet-20241022,  3000000,  15000000,  300000",
        "mistral,   mistral-large-latest,        2000000,  6000000,   2000000",
        "mistral,   mistral-large-2512,          500000,   1500000,   50000",
        "mistral,   codestral-2508,              300000,   900000,    30000",
        "deepseek,  deepseek-v3.2,               228800,   343200,    228800",
        "google,    gemini-2.5-pro,              1250000,  10000000,  125000",
        "google,    gemini-2.5-flash,            300000,   2500000,   30000",
        "google,    gemini-3.5-flash-001,        1500000,  9000000,   150000",
        "google,    claude-opus-4-8@20260401,    5000000,  25000000,  500000",
        "groq,      llama-3.3-70b-versatile,     590000,   790000,    590000",
        "groq,      openai/gpt-oss-120b,         150000,   600000,    75000",
        "xai,       grok-4,                      3000000,  15000000,  750000",
        "xai,       grok-4.5-20260401,           2000000,  6000000,   300000",
        "cohere,    command-r-plus,              2500000,  10000000,  2500000",
        "cohere,    command-a,                   2500000,  10000000,  2500000",
        "demo,      any-model,                   0,        0,         0",
        "ollama,    llama3.2,                    0,        0,         0"
    })
    @DisplayName("has these prices for input, output and cached input")
    void prices(String provider, String model, long input, long output, long cached) {
        Rates rates = rates(provider, model, TODAY);

        assertThat(rates.input()).isEqualTo(input);
        assertThat(rates.output()).isEqualTo(output);
        assertThat(rates.cacheRead()).isEqualTo(cached);
    }

    @Test
    @DisplayName("has prices for writing to the cache, for minutes and for an hour")
    void cacheWrites() {
        assertThat(rates("anthropic", "claude-opus-4-8", TODAY))
                .isEqualTo(new Rates(5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000, 25_000_000));
        assertThat(rates("openai", "gpt-6-sol", TODAY))
                .isEqualTo(new Rates(2_000_000, 10_000_000, 200_000, 2_500_000, 2_500_000, 10_000_000));
    }

    @ParameterizedTest
    @CsvSource({
        "openai,    o3,                2025-06-09, 10000000, 40000000",
        "openai,    o3,                2025-06-10, 2000000,  8000000",
        "openai,    gpt-5.6-sol,       2026-08-20, 5000000,  30000000",
        "openai,    gpt-5.6-sol,       2026-08-21, 4000000,  20000000",
        "google,    gemini-3.6-flash,  2026-12-31, 750000,   3750000",
        "google,    gemini-3.6-flash,  2027-01-01, 1500000,  7500000",
        "mistral,   mistral-medium-latest, 2026-06-15, 400000, 2000000",
        "mistral,   mistral-medium-latest, 2026-06-16, 1500000, 7500000"
    })
    @DisplayName("changes a price on its day")
    void dates(String provider, String model, LocalDate day, long input, long output) {
        Rates rates = rates(provider, model, day);

        assertThat(rates.input()).isEqualTo(input);
        assertThat(rates.output()).isEqualTo(output);
    }

    @Test
    @DisplayName("charges a long prompt by its tier, from the first token")
    void tiers() {
        Price price = price("openai", "gpt-5.5", TODAY).orElseThrow();

        assertThat(price.costMicros(Usage.reported(271_999, 1_000, 0, 0, 0))).isEqualTo(1_359_995 + 30_000);
        assertThat(price.costMicros(Usage.reported(272_000, 1_000, 0, 0, 0))).isEqualTo(2_720_000 + 45_000);
        assertThat(price.costMicros(Usage.reported(272_000, 1_000, 200_000, 0, 0)))
                .isEqualTo(720_000 + 200_000 + 45_000);
    }

    @Test
    @DisplayName("has the tiers of a model only until the day on which they end")
    void tiersEnd() {
        Usage usage = Usage.reported(200_001, 0, 0, 0, 0);

        assertThat(price("anthropic", "claude-sonnet-4-6", LocalDate.of(2026, 3, 12))
                        .orElseThrow()
                        .costMicros(usage))
                .isEqualTo(1_200_006);
        assertThat(price("anthropic", "claude-sonnet-4-6", LocalDate.of(2026, 3, 13))
                        .orElseThrow()
                        .costMicros(usage))
                .isEqualTo(600_003);
    }

    @ParameterizedTest
    @CsvSource({
        "deepseek-chat,     270000,  1100000, 70000",
        "deepseek-reasoner, 550000,  2190000, 140000",
        "deepseek-v4-flash, 440000,  1320000, 14000"
    })
    @DisplayName("has the highest price of the day if the price depends on the time")
    void timesOfDay(String model, long input, long output, long cached) {
        assertThat(rates("deepseek", model, TODAY)).isEqualTo(new Rates(input, output, cached, input, input, output));
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, claude-sonnet-5-5",
        "anthropic, claude-sonnet-5-5-20261101",
        "anthropic, claude-haiku-5-5",
        "anthropic, claude-opus-4-10",
        "openai, gpt-6",
        "openai, gpt-5.5-turbo",
        "openai, gpt-4o-audio",
        "openai, gpt-audio",
        "openai, gpt-image-1",
        "openai, whisper-1",
        "google, gemini-2.5-pro-image",
        "google, gemini-3-pro-image-preview",
        "deepseek, deepseek-r1-distill-llama-70b",
        "groq, whisper-large-v3",
        "my-llm, gpt-5"
    })
    @DisplayName("has no price for a model that only resembles a listed one, or is not charged by text tokens")
    void unlisted(String provider, String model) {
        assertThat(price(provider, model, TODAY)).isEmpty();
    }

    @Test
    @DisplayName("has every model under its own name, and no negative or fractional rate")
    void everyEntry() {
        assertThat(PRICES.entries()).hasSizeGreaterThan(500).allSatisfy(entry -> {
            assertThat(price(entry.provider(), entry.model(), entry.from())).hasValue(entry.price());
            assertThat(entry.price().version()).isEqualTo("2026-09-23");
        });
        assertThat(PRICES.entries().stream().map(Entry::provider).distinct())
                .containsExactlyInAnyOrder(
                        "demo",
                        "ollama",
                        "anthropic",
                        "cohere",
                        "deepseek",
                        "google",
                        "groq",
                        "mistral",
                        "openai",
                        "xai");
    }

    @Test
    @DisplayName("names the package that its script fetches, and the package's license")
    void origin() throws IOException {
        String script = Files.readString(Path.of("scripts/prices"));
        String file = Files.readString(Path.of("conf/prices.yaml"));

        assertThat(file)
                .contains("source: \"" + value(script, "package") + " " + value(script, "version") + " (MIT")
                .contains("updated: " + value(script, "updated") + "\n")
                .contains("The MIT License (MIT)")
                .contains("Copyright (c) Pydantic Services Inc.")
                .contains("Permission is hereby granted");
    }

    @Test
    @DisplayName("is packaged with the server")
    void packaged() throws IOException {
        try (var in = Objects.requireNonNull(ShippedPricesTest.class.getResourceAsStream("/prices.yaml"))) {
            assertThat(PriceFile.parse("prices.yaml", in, "").entries()).isEqualTo(PRICES.entries());
        }
    }

    private static Rates rates(String provider, String model, LocalDate day) {
        return price(provider, model, day).orElseThrow().rates();
    }

    private static Optional<Price> price(String provider, String model, LocalDate day) {
        return PRICES.price(provider, model, day);
    }

    private static String value(String script, String variable) {
        return Pattern.compile("(?m)^" + variable + "=(\\S+)$")
                .matcher(script)
                .results()
                .map((MatchResult match) -> match.group(1))
                .findFirst()
                .orElseThrow();
    }
}

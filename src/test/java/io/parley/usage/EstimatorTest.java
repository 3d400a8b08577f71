package io.parley.usage;

import static io.parley.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.parley.config.PriceList;
import io.parley.contract.ChatMessage;
import io.parley.contract.GenerationOptions;
import io.parley.contract.Price;
import io.parley.contract.Prompt;
import io.parley.contract.RequestContext;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.Estimate;
import io.parley.contract.UsageMessage.EstimateResult;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("An estimate")
class EstimatorTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final String SENTENCE = "The quick brown fox jumps over the lazy dog. ";

    private final Tokenizer tokenizer = new Tokenizer(VERTX);
    private final Estimator estimator = estimator(tokenizer);

    @AfterAll
    static void close() throws Exception {
        VERTX.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("counts tokens by the encoding, once that is loaded")
    void counted() throws Exception {
        loadTokenizer();

        assertThat(count("hello world")).isEqualTo(2);
        assertThat(count(SENTENCE.repeat(20))).isBetween(180L, 220L);
        assertThat(count("<|endoftext|>")).isGreaterThan(1);
        assertThat(count("")).isZero();
    }

    @Test
    @DisplayName("counts a very long text by samples, with a small error")
    void sampled() throws Exception {
        loadTokenizer();
        long one = count(SENTENCE.repeat(100));

        assertThat((double) count(SENTENCE.repeat(5_000))).isCloseTo(50.0 * one, within(2.5 * one));
    }

    @Test
    @DisplayName("is based on length until the encoding is loaded")
    void beforeLoading() throws Exception {
        assertThat(count("a".repeat(400))).isEqualTo(100);
        assertThat(count("\u4e2d\u6587")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-5-mini, OPENAI",
        "openai/gpt-4.1, OPENAI",
        "o3-pro, OPENAI",
        "claude-3-5-sonnet-20241022, CLAUDE_OLD",
        "claude-opus-4-20250514, CLAUDE_OLD",
        "claude-opus-4-6, CLAUDE_OLD",
        "claude-opus-4-7, CLAUDE_NEW",
        "claude-opus-4-8-20260101, CLAUDE_NEW",
        "claude-sonnet-4-6, CLAUDE_OLD",
        "claude-sonnet-5, CLAUDE_NEW",
        "claude-haiku-5-5, CLAUDE_NEW",
        "anthropic/Claude-Fable-5, CLAUDE_NEW",
        "claude-2.1, CLAUDE_OLD",
        "llama3.2, OTHER",
        "demo, OTHER"
    })
    @DisplayName("groups models by tokenizer family")
    void families(String model, TokenizerFamily family) {
        assertThat(TokenizerFamily.of(model)).isEqualTo(family);
    }

    @Test
    @DisplayName("multiplies by the factor of the family, adds the overhead of messages, and prices input and output")
    void priced() throws Exception {
        EstimateResult estimated = estimate("1", "priced", "a".repeat(400), OptionalInt.of(50));

        long input = (long) Math.ceil((100 + 4 + 3) * 1.2);
        assertThat(estimated).isEqualTo(new EstimateResult(input, 50, OptionalLong.of(input + 2 * 50)));
    }

    @Test
    @DisplayName("has no cost if the price is unknown, and the default output limit if the prompt sets none")
    void unpriced() throws Exception {
        EstimateResult estimated = estimate("1", "gpt-unknown", "a".repeat(400), OptionalInt.empty());

        assertThat(estimated).isEqualTo(new EstimateResult(107, 4096, OptionalLong.empty()));
    }

    @Test
    @DisplayName("approaches the usage that the provider reports with each attempt, for that model only")
    void calibrated() throws Exception {
        for (int i = 0; i < 20; i++) {
            estimate("call-" + i, "gpt-5", "a".repeat(4_000), OptionalInt.empty());
            estimator.onAttemptEnded(attempt("call-" + i, Usage.reported(2_014, 1, 0, 0, 0)));
        }

        assertThat((double) estimate("x", "gpt-5", "a".repeat(4_000), OptionalInt.empty())
                        .inputTokens())
                .isCloseTo(2_014, within(30.0));
        assertThat(estimate("x", "gpt-5-mini", "a".repeat(4_000), OptionalInt.empty())
                        .inputTokens())
                .isEqualTo(1_007);
    }

    @Test
    @DisplayName("ignores estimated usage, short prompts, implausible reports and attempts that were not estimated")
    void notCalibrated() throws Exception {
        estimate("1", "gpt-5", "a".repeat(4_000), OptionalInt.empty());
        estimator.onAttemptEnded(attempt("1", new Usage(9_000, 1, 0, 0, 0, true, OptionalLong.empty())));
        estimate("2", "gpt-5", "hi", OptionalInt.empty());
        estimator.onAttemptEnded(attempt("2", Usage.reported(30, 1, 0, 0, 0)));
        estimate("3", "gpt-5", "a".repeat(4_000), OptionalInt.empty());
        estimator.onAttemptEnded(attempt("3", Usage.reported(90_000, 1, 0, 0, 0)));
        estimator.onAttemptEnded(attempt("4", Usage.reported(2_000, 1, 0, 0, 0)));

        assertThat(estimate("x", "gpt-5", "a".repeat(4_000), OptionalInt.empty())
                        .inputTokens())
                .isEqualTo(1_007);
    }

    private void loadTokenizer() throws Exception {
        tokenizer.load();
        eventually(Duration.ofSeconds(60), () -> assertThat(tokenizer.loaded()).isTrue());
    }

    private long count(String text) throws Exception {
        return tokenizer.count(List.of(text)).await(30, TimeUnit.SECONDS);
    }

    private EstimateResult estimate(String id, String model, String text, OptionalInt maxTokens) throws Exception {
        Prompt prompt =
                new Prompt(List.of(ChatMessage.user(text)), GenerationOptions.of(OptionalDouble.empty(), maxTokens));
        return estimator.estimate(new Estimate(id, "openai", model, prompt)).await(30, TimeUnit.SECONDS);
    }

    private static AttemptEnded attempt(String id, Usage usage) {
        RequestContext requestContext = new RequestContext("req", "ann", Optional.empty(), Optional.empty());
        return new AttemptEnded(
                id,
                requestContext,
                "openai",
                "gpt-5",
                usage,
                Optional.empty(),
                Optional.empty(),
                UsageHarness.NOW,
                1,
                2);
    }

    private static Estimator estimator(Tokenizer tokenizer) {
        Price price = new Price("v1", 1_000_000, 2_000_000, 1, 1, 1);
        PriceList prices = new PriceList(
                List.of(new PriceList.Entry("openai", "priced", PriceList.Match.EXACT, LocalDate.EPOCH, price)));
        return new Estimator(tokenizer, new PriceLookup(prices, () -> UsageHarness.NOW), UsageHarness.CONFIG);
    }
}

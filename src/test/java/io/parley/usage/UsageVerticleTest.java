package io.parley.usage;

import static io.parley.usage.UsageHarness.NOW;
import static io.parley.usage.UsageHarness.PRICED;
import static io.parley.usage.UsageHarness.origin;
import static io.parley.usage.UsageHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage.Grouping;
import io.parley.contract.UsageMessage.QueryUsage;
import io.parley.contract.UsageMessage.Row;
import io.parley.contract.UsageMessage.Summarize;
import io.parley.contract.UsageMessage.Summary;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.parley.contract.UsageMessage.UsageTotals;
import io.parley.usage.UsageHarness.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Usage")
@ParameterizedClass(name = "{0}")
@EnumSource(Store.class)
class UsageVerticleTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final Store store;
    private UsageHarness harness;

    @TempDir
    private Path dir;

    UsageVerticleTest(Store store) {
        this.store = store;
    }

    @BeforeEach
    void open() throws Exception {
        harness = new UsageHarness(store, dir);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    @DisplayName("is recorded with its cost, and is in every report when it is published")
    void recorded() throws Exception {
        harness.start(true);
        Usage usage = new Usage(100, 50, 40, 0, 10, false, OptionalLong.empty());

        UsageRecorded spent =
                harness.recordAttempt(harness.attempt("1", origin("ann"), PRICED, usage, Optional.empty()));

        assertThat(spent.attempt().usage().costMicros()).hasValue(60 + 4 + 100);
        assertThat(spent.attempt().priceVersion()).hasValue("v1");
        assertThat(harness.today(Grouping.PROVIDER, Grouping.MODEL, Grouping.USER, Grouping.CONTEXT))
                .containsExactly(new Row(
                        Map.of(
                                Grouping.PROVIDER, "openai",
                                Grouping.MODEL, PRICED,
                                Grouping.USER, "ann",
                                Grouping.CONTEXT, "ctx_1"),
                        new UsageTotals(1, 100, 50, 40, 0, 10, 164, 0, 0, 0)));
    }

    @Test
    @DisplayName("keeps the cost that it already has, whatever the price list says")
    void keepsItsPrice() throws Exception {
        harness.start(true);
        Usage priced = new Usage(100, 50, 0, 0, 0, false, OptionalLong.of(7));

        UsageRecorded spent =
                harness.recordAttempt(harness.attempt("1", origin("ann"), PRICED, priced, Optional.empty()));

        assertThat(spent.attempt().usage().costMicros()).hasValue(7);
    }

    @Test
    @DisplayName("has no cost if the price is unknown, and is counted as unpriced")
    void unpriced() throws Exception {
        harness.start(true);
        Usage usage = Usage.reported(10, 5, 0, 0, 0);

        UsageRecorded spent =
                harness.recordAttempt(harness.attempt("1", origin("ann"), "priced-2", usage, Optional.empty()));

        assertThat(spent.attempt().usage().costMicros()).isEmpty();
        assertThat(harness.today()).containsExactly(new Row(Map.of(), new UsageTotals(1, 10, 5, 0, 0, 0, 0, 1, 0, 0)));
    }

    @Test
    @DisplayName("is counted once, however often its end is published")
    void once() throws Exception {
        harness.start(true);
        harness.start(true);

        harness.publishEnded(harness.attempt("1", "ann", 5));
        harness.publishEnded(harness.attempt("1", "ann", 5));
        harness.publishEnded(harness.attempt("2", "ann", 7));

        assertThat(List.of(
                        harness.nextRecorded().attempt().id(),
                        harness.nextRecorded().attempt().id()))
                .containsExactlyInAnyOrder("1", "2");
        assertThat(costs(harness.today())).containsExactly(12L);
        assertThat(harness.recordAttempt(harness.attempt("3", "ann", 9))
                        .attempt()
                        .id())
                .as("next recorded attempt")
                .isEqualTo("3");
    }

    @Test
    @DisplayName("counts failed attempts, and those without usage from the provider")
    void failedAndEstimated() throws Exception {
        harness.start(true);
        Usage estimated = new Usage(3, 1, 0, 0, 0, true, OptionalLong.empty());
        Problem cut = new Problem.ProviderFailed("openai", Problem.Fault.TRUNCATED, Optional.empty());

        harness.recordAttempt(harness.attempt("1", origin("ann"), PRICED, estimated, Optional.of(cut)));

        assertThat(harness.today()).containsExactly(new Row(Map.of(), new UsageTotals(1, 3, 1, 0, 0, 0, 5, 0, 1, 1)));
    }

    @Test
    @DisplayName("is counted in UTC hours and days")
    void boundaries() throws Exception {
        harness.start(true);
        Instant lastSecond = Instant.parse("2026-11-21T23:59:59Z");
        harness.advance(Duration.between(NOW, lastSecond));
        harness.recordAttempt(harness.attempt("1", "ann", 1));
        harness.advance(Duration.ofSeconds(1));
        harness.recordAttempt(harness.attempt("2", "ann", 2));
        harness.advance(Duration.ofDays(9));
        harness.recordAttempt(harness.attempt("3", "ann", 4));

        Instant from = Instant.parse("2026-11-21T20:00:00Z");
        Instant to = Instant.parse("2026-12-01T05:00:00Z");
        assertThat(harness.report(Optional.empty(), from, to, Grouping.DAY))
                .extracting(
                        row -> row.group().get(Grouping.DAY),
                        row -> row.totals().costMicros())
                .containsExactly(tuple("2026-11-21", 1L), tuple("2026-11-22", 2L), tuple("2026-12-01", 4L));
        assertThat(harness.report(Optional.empty(), from, to, Grouping.HOUR))
                .extracting(row -> row.group().get(Grouping.HOUR))
                .containsExactly("2026-11-21T23", "2026-11-22T00", "2026-12-01T00");
        Summary summary = harness.request(Addresses.USAGE_SUMMARIZE, new Summarize(Optional.empty()));
        assertThat(List.of(summary.today(), summary.sevenDays(), summary.thirtyDays(), summary.thisMonth()))
                .extracting(UsageTotals::costMicros)
                .containsExactly(4L, 4L, 7L, 4L);
    }

    @Test
    @DisplayName("is reported for any range of hours, across days")
    void hourRanges() throws Exception {
        harness.start(true);
        for (int i = 0; i < 60; i++) {
            harness.recordAttempt(harness.attempt("a" + i, "ann", 1));
            harness.advance(HOUR);
        }

        assertThat(costs(harness.report(Optional.empty(), NOW, NOW.plus(HOUR.multipliedBy(60)))))
                .containsExactly(60L);
        assertThat(costs(harness.report(
                        Optional.empty(),
                        Instant.parse("2026-11-21T10:00:00Z"),
                        Instant.parse("2026-11-23T11:00:00Z"))))
                .containsExactly(49L);
        assertThat(harness.report(Optional.empty(), NOW.minus(HOUR.multipliedBy(5)), NOW.minus(HOUR)))
                .isEmpty();
    }

    @Test
    @DisplayName("is reported to a user for that user only")
    void ownUsage() throws Exception {
        harness.start(true);
        harness.recordAttempt(harness.attempt("1", "ann", 1));
        harness.recordAttempt(harness.attempt("2", "bob", 2));

        assertThat(costs(harness.report(Optional.of("bob"), NOW, NOW.plus(HOUR))))
                .containsExactly(2L);
        assertThat(harness.request(Addresses.USAGE_SUMMARIZE, new Summarize(Optional.of("ann")))
                        .today()
                        .costMicros())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("is buffered while the store is unavailable, and recorded when it is available again")
    void outage() throws Exception {
        harness.start(true);
        harness.recordAttempt(harness.attempt("1", "ann", 1));
        harness.closeStore();
        for (int i = 2; i <= 20; i++) {
            harness.publishEnded(harness.attempt("" + i, "ann", 1));
        }

        harness.openStore();

        for (int i = 2; i <= 20; i++) {
            harness.nextRecorded();
        }
        assertThat(costs(harness.today())).containsExactly(20L);
    }

    @Test
    @DisplayName("is buffered up to a limit: attempts beyond it are dropped, the others are recorded")
    void bounded() throws Exception {
        harness.start(harness.verticle(UsageHarness.config(3)));
        harness.recordAttempt(harness.attempt("1", "ann", 1));
        harness.closeStore();
        for (int i = 2; i <= 9; i++) {
            harness.publishEnded(harness.attempt("" + i, "ann", 1));
        }

        harness.openStore();

        harness.nextRecorded();
        harness.nextRecorded();
        harness.nextRecorded();
        assertThat(costs(harness.today())).containsExactly(4L);
    }

    @Test
    @DisplayName("is recorded completely at shutdown")
    void shutdown() throws Exception {
        String counting = harness.start(true);
        for (int i = 0; i < 700; i++) {
            harness.publishEnded(harness.attempt("" + i, "ann", 1));
        }

        harness.stop(counting);

        harness.start(true);
        assertThat(costs(harness.today())).containsExactly(700L);
    }

    @Test
    @DisplayName("is not reported for a reversed range, or for years out of range")
    void ranges() throws Exception {
        harness.start(true);

        for (List<Instant> wrong : List.of(
                List.of(NOW, NOW),
                List.of(NOW, NOW.minusSeconds(1)),
                List.of(Instant.MIN, NOW),
                List.of(NOW, Instant.MAX))) {
            QueryUsage report = new QueryUsage(Optional.empty(), wrong.getFirst(), wrong.getLast(), List.of());
            assertThat(problem(harness.bus.request(Addresses.USAGE_QUERY, report)))
                    .isInstanceOf(Problem.Invalid.class);
        }
    }

    @Test
    @DisplayName("is recorded with the API key of the caller")
    void keys() throws Exception {
        harness.start(true);
        RequestContext requestContext =
                new RequestContext("req", "key_1", Optional.empty(), Optional.empty(), Optional.of("key_1"));
        harness.recordAttempt(
                harness.attempt("1", requestContext, PRICED, Usage.reported(5, 0, 0, 0, 0), Optional.empty()));

        assertThat(harness.putDailyBudget("key:key_1", 100).spentTodayMicros()).isEqualTo(5);
    }

    private static List<Long> costs(List<Row> rows) {
        return rows.stream().map(row -> row.totals().costMicros()).toList();
    }
}

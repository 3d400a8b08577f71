package io.parley.persistence.accounting;

import static io.parley.persistence.TestRepositories.NOW;
import static io.parley.persistence.TestRepositories.await;
import static io.parley.persistence.TestRepositories.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.ApiKeyMessage.ApiKeyRecord;
import io.parley.contract.ApiKeyMessage.KeyPolicy;
import io.parley.contract.ApiKeyMessage.ListKeys;
import io.parley.contract.ApiKeyMessage.Revoke;
import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.Level;
import io.parley.contract.BudgetMessage.ListAlerts;
import io.parley.contract.BudgetMessage.OnExceed;
import io.parley.contract.BudgetMessage.Period;
import io.parley.contract.LedgerMessage.AccountBalance;
import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.LedgerMessage.Heartbeat;
import io.parley.contract.LedgerMessage.RecordAttempts;
import io.parley.contract.LedgerMessage.RecoverWriters;
import io.parley.contract.LedgerMessage.Reserve;
import io.parley.contract.LedgerMessage.Reserved;
import io.parley.contract.LedgerMessage.RollupTotal;
import io.parley.contract.LedgerMessage.SumUsage;
import io.parley.contract.LedgerMessage.TimeRange;
import io.parley.contract.LedgerMessage.UsageDimensions;
import io.parley.contract.LedgerMessage.UsageFilter;
import io.parley.contract.LedgerMessage.WriteTotals;
import io.parley.contract.LedgerMessage.WriterShare;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.contract.Usage;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.Grouping;
import io.parley.contract.UsageMessage.Row;
import io.parley.contract.UsageMessage.UsageRecorded;
import io.parley.contract.UsageMessage.UsageTotals;
import io.parley.persistence.BothStores;
import io.parley.persistence.StoreBackend;
import io.parley.persistence.TestRepositories;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Accounting")
@BothStores
class AccountingTest {

    private static final UsageDimensions ANN = new UsageDimensions("openai", "gpt-5.5", "ann", "ctx_1", "");
    private static final UsageDimensions BOB = new UsageDimensions("anthropic", "claude.$x", "bob", "", "key_1");
    private static final TimeRange TODAY = new TimeRange(BucketUnit.DAY, "2026-11-21", "2026-11-22");

    @RegisterExtension
    private final TestRepositories repositories;

    private UsageLedger ledger;
    private BudgetAccountRepository shares;
    private UsageWriterRecovery writers;
    private UsageQueries reports;
    private BudgetRepository budgets;
    private ApiKeyRepository keys;

    AccountingTest(StoreBackend backend) {
        repositories = new TestRepositories(backend);
    }

    @BeforeEach
    void open() {
        ledger = new UsageLedger(repositories.store());
        shares = new BudgetAccountRepository(repositories.store());
        writers = new UsageWriterRecovery(repositories.store(), ledger, new Rollups(repositories.store()), shares);
        reports = new UsageQueries(repositories.store());
        budgets = new BudgetRepository(repositories.store());
        keys = new ApiKeyRepository(repositories.store());
    }

    @Test
    @DisplayName("stores an attempt once, however often and by whichever writer it is appended")
    void once() throws Exception {
        UsageRecorded attempt = spent("call_1", ANN, 7, NOW);

        assertThat(await(ledger.append(new RecordAttempts("w1", List.of(attempt))))
                        .attemptIds())
                .containsExactly("call_1");
        assertThat(await(ledger.append(new RecordAttempts("w1", List.of(attempt, spent("call_2", ANN, 1, NOW)))))
                        .attemptIds())
                .containsExactlyInAnyOrder("call_1", "call_2");
        assertThat(await(ledger.append(new RecordAttempts("w2", List.of(attempt))))
                        .attemptIds())
                .isEmpty();
    }

    @Test
    @DisplayName("accepts the same total twice without counting it twice, and ignores an older one")
    void totals() throws Exception {
        recordRollups("w1", day(ANN, 3));
        recordRollups("w1", day(ANN, 3));
        recordRollups("w1", day(ANN, 2));

        assertThat(report(UsageFilter.ALL, TODAY)).containsExactly(new Row(Map.of(), sums(3)));
    }

    @Test
    @DisplayName("sums all writers, grouped as requested")
    void reports() throws Exception {
        recordRollups("w1", day(ANN, 3), day(BOB, 1), hour("2026-11-21T07", ANN, 2), hour("2026-11-21T08", ANN, 1));
        recordRollups(
                "w2",
                day(ANN, 10),
                hour("2026-11-21T08", ANN, 10),
                new RollupTotal(BucketUnit.DAY, "2026-11-22", ANN, sums(50)));

        assertThat(report(UsageFilter.ALL, TODAY, Grouping.PROVIDER, Grouping.MODEL))
                .containsExactly(
                        new Row(Map.of(Grouping.PROVIDER, "anthropic", Grouping.MODEL, "claude.$x"), sums(1)),
                        new Row(Map.of(Grouping.PROVIDER, "openai", Grouping.MODEL, "gpt-5.5"), sums(13)));
        assertThat(report(UsageFilter.forUser(Optional.of("bob")), TODAY, Grouping.CONTEXT))
                .containsExactly(new Row(Map.of(Grouping.CONTEXT, ""), sums(1)));
        assertThat(report(new UsageFilter(Optional.empty(), Optional.empty(), Optional.of("key_1")), TODAY))
                .containsExactly(new Row(Map.of(), sums(1)));
        assertThat(report(
                        new UsageFilter(Optional.of("openai"), Optional.empty(), Optional.empty()),
                        new TimeRange(BucketUnit.HOUR, "2026-11-21T00", "2026-11-21T09"),
                        Grouping.HOUR))
                .containsExactly(
                        new Row(Map.of(Grouping.HOUR, "2026-11-21T07"), sums(2)),
                        new Row(Map.of(Grouping.HOUR, "2026-11-21T08"), sums(11)));
        assertThat(report(UsageFilter.ALL, new TimeRange(BucketUnit.DAY, "2026-11-01", "2026-12-01"), Grouping.DAY))
                .containsExactly(
                        new Row(Map.of(Grouping.DAY, "2026-11-21"), sums(14)),
                        new Row(Map.of(Grouping.DAY, "2026-11-22"), sums(50)));
    }

    @Test
    @DisplayName("reserves no more than the limit, however many requests are concurrent")
    void neverBeyondLimit() throws Exception {
        List<Future<Reserved>> replies = IntStream.range(0, 200)
                .mapToObj(_ -> shares.reserve(new Reserve("global|2026-11-21", 1, OptionalLong.of(100))))
                .toList();

        Future.all(replies).await(20, TimeUnit.SECONDS);

        assertThat(replies.stream().filter(each -> each.result().reserved())).hasSize(100);
        assertThat(await(shares.read("global|2026-11-21"))).isEqualTo(new AccountBalance(100, List.of()));
    }

    @Test
    @DisplayName("reserves any amount when there is no limit")
    void unlimited() throws Exception {
        assertThat(await(shares.reserve(new Reserve("a", 70, OptionalLong.empty()))))
                .isEqualTo(new Reserved(true, 70));
        assertThat(await(shares.reserve(new Reserve("a", 70, OptionalLong.empty()))))
                .isEqualTo(new Reserved(true, 140));
        assertThat(await(shares.reserve(new Reserve("a", 1, OptionalLong.of(140))))
                        .reserved())
                .isFalse();
    }

    @Test
    @DisplayName("keeps the latest share of a writer")
    void shares() throws Exception {
        put(new WriterShare("a", "w1", 10, 5, 4, 2));
        put(new WriterShare("a", "w1", 9, 1, 1, 1));
        put(new WriterShare("a", "w2", 1, 0, 0, 1));
        put(new WriterShare("b", "w1", 2, 0, 0, 1));

        assertThat(await(shares.read("a")).shares())
                .containsExactlyInAnyOrder(
                        new WriterShare("a", "w1", 10, 5, 4, 2), new WriterShare("a", "w2", 1, 0, 0, 1));
    }

    @Test
    @DisplayName("recovers a crashed writer: nothing is lost and nothing is counted twice")
    void recovered() throws Exception {
        Instant evening = Instant.parse("2026-11-20T23:59:59Z");
        await(writers.heartbeat(new Heartbeat("w1", evening, false)));
        await(ledger.append(new RecordAttempts(
                "w1", List.of(spent("1", ANN, 1, evening), spent("2", ANN, 2, evening), spent("3", ANN, 3, NOW)))));
        await(ledger.append(new RecordAttempts("w2", List.of(spent("4", ANN, 100, NOW)))));
        recordRollups(
                "w1",
                new RollupTotal(
                        BucketUnit.HOUR,
                        "2026-11-20T23",
                        ANN,
                        UsageTotals.of(spent("1", ANN, 1, evening).attempt())));
        put(new WriterShare("a", "w1", 10, 4, 3, 7));

        await(writers.recover(new RecoverWriters(NOW)));
        await(writers.recover(new RecoverWriters(NOW)));

        TimeRange both = new TimeRange(BucketUnit.DAY, "2026-11-20", "2026-11-22");
        assertThat(costs(report(UsageFilter.ALL, both, Grouping.DAY))).containsExactly(3L, 3L);
        TimeRange hours = new TimeRange(BucketUnit.HOUR, "2026-11-20T00", "2026-11-22T00");
        assertThat(costs(report(UsageFilter.ALL, hours, Grouping.HOUR))).containsExactly(3L, 3L);
        assertThat(await(shares.read("a")).shares()).containsExactly(new WriterShare("a", "w1", 10, 10, 9, 8));
    }

    @Test
    @DisplayName("does not recover a writer that still sends heartbeats or was closed")
    void notRecovered() throws Exception {
        await(writers.heartbeat(new Heartbeat("w1", NOW, false)));
        await(writers.heartbeat(new Heartbeat("w2", NOW.minusSeconds(9), false)));
        await(writers.heartbeat(new Heartbeat("w2", NOW.minusSeconds(8), true)));
        await(ledger.append(new RecordAttempts("w1", List.of(spent("1", ANN, 1, NOW)))));
        await(ledger.append(new RecordAttempts("w2", List.of(spent("2", ANN, 1, NOW)))));

        await(writers.recover(new RecoverWriters(NOW)));

        assertThat(report(UsageFilter.ALL, TODAY)).isEmpty();
    }

    @Test
    @DisplayName("keeps one budget for each scope, the one that was stored last")
    void budgets() throws Exception {
        Budget first = new Budget("user:a|b.c$", OptionalLong.of(5), OptionalLong.empty(), 0.8, OnExceed.BLOCK);
        Budget second = new Budget("user:a|b.c$", OptionalLong.empty(), OptionalLong.of(7), 0.5, OnExceed.WARN);
        Budget other = new Budget("global", OptionalLong.of(5), OptionalLong.empty(), 0.8, OnExceed.BLOCK);
        await(budgets.put(first));
        await(budgets.put(second));
        await(budgets.put(other));

        assertThat(await(budgets.read("user:a|b.c$"))).isEqualTo(second);
        assertThat(await(budgets.list()).data()).containsExactlyInAnyOrder(second, other);
        assertThat(problem(() -> budgets.read("user:a"))).isEqualTo(new Problem.NotFound());
    }

    @Test
    @DisplayName("stores an alert once, and lists alerts newest first")
    void alerts() throws Exception {
        Alert warning = alert("1", "global", NOW);
        Alert exceeded = alert("2", "user:ann", NOW.plusSeconds(1));

        assertThat(await(budgets.add(warning))).isTrue();
        assertThat(await(budgets.add(exceeded))).isTrue();
        assertThat(await(budgets.add(warning))).isFalse();

        assertThat(await(budgets.alerts(new ListAlerts(Optional.empty(), 10, Optional.empty())))
                        .data())
                .containsExactly(exceeded, warning);
        assertThat(await(budgets.alerts(new ListAlerts(Optional.of("user:ann"), 10, Optional.empty())))
                        .data())
                .containsExactly(exceeded);
    }

    @Test
    @DisplayName("finds an API key by its digest until it is revoked")
    void keys() throws Exception {
        ApiKeyRecord old = key("key_1", "aa", NOW);
        ApiKeyRecord young = key("key_2", "bb", NOW.plus(Duration.ofSeconds(1)));
        await(keys.insert(old));
        await(keys.insert(young));

        assertThat(await(keys.find("aa"))).isEqualTo(old);
        assertThat(await(keys.list(new ListKeys(10, Optional.empty()))).data()).containsExactly(young, old);

        await(keys.revoke(new Revoke("key_1")));

        assertThat(problem(() -> keys.find("aa"))).isEqualTo(new Problem.NotFound());
        assertThat(problem(() -> keys.revoke(new Revoke("key_1")))).isEqualTo(new Problem.NotFound());
        assertThat(await(keys.list(new ListKeys(10, Optional.empty()))).data()).containsExactly(young);
    }

    private void recordRollups(String writer, RollupTotal... totals) throws Exception {
        await(writers.recordRollups(new WriteTotals(writer, List.of(totals), List.of())));
    }

    private void put(WriterShare share) throws Exception {
        await(writers.recordRollups(new WriteTotals(share.writer(), List.of(), List.of(share))));
    }

    private List<Row> report(UsageFilter filter, TimeRange range, Grouping... by) throws Exception {
        return await(reports.sum(new SumUsage(List.of(range), filter, List.of(by))))
                .data();
    }

    private static List<Long> costs(List<Row> rows) {
        return rows.stream().map(row -> row.totals().costMicros()).toList();
    }

    private static RollupTotal day(UsageDimensions dimensions, long requests) {
        return new RollupTotal(BucketUnit.DAY, "2026-11-21", dimensions, sums(requests));
    }

    private static RollupTotal hour(String hour, UsageDimensions dimensions, long requests) {
        return new RollupTotal(BucketUnit.HOUR, hour, dimensions, sums(requests));
    }

    private static UsageTotals sums(long requests) {
        return new UsageTotals(
                requests,
                10 * requests,
                2 * requests,
                3 * requests,
                4 * requests,
                5 * requests,
                6 * requests,
                7 * requests,
                8 * requests,
                9 * requests);
    }

    private static UsageRecorded spent(String id, UsageDimensions dimensions, long micros, Instant at) {
        RequestContext requestContext = new RequestContext(
                "req", dimensions.user(), Optional.of(dimensions.context()), Optional.empty(), Optional.empty());
        Usage usage = new Usage(1, 1, 0, 0, 0, false, OptionalLong.of(micros));
        return new UsageRecorded(
                new AttemptEnded(
                        id,
                        requestContext,
                        dimensions.provider(),
                        dimensions.model(),
                        usage,
                        Optional.of("v"),
                        Optional.empty(),
                        at,
                        1,
                        2),
                at);
    }

    private static Alert alert(String id, String scope, Instant at) {
        return new Alert(id, scope, Level.WARNING, Period.DAY, 10, 8, false, at);
    }

    private static ApiKeyRecord key(String id, String digest, Instant at) {
        KeyPolicy terms = new KeyPolicy("n", Set.of(), OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
        return new ApiKeyRecord(id, digest, terms, "root", at);
    }
}

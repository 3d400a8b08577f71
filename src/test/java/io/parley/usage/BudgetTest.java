package io.parley.usage;

import static io.parley.usage.UsageHarness.NOW;
import static io.parley.usage.UsageHarness.await;
import static io.parley.usage.UsageHarness.origin;
import static io.parley.usage.UsageHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Addresses;
import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.BudgetStatus;
import io.parley.contract.BudgetMessage.Level;
import io.parley.contract.BudgetMessage.ListAlerts;
import io.parley.contract.BudgetMessage.OnExceed;
import io.parley.contract.BudgetMessage.Period;
import io.parley.contract.BudgetMessage.Put;
import io.parley.contract.BudgetMessage.Read;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.parley.contract.UsageMessage.Release;
import io.parley.contract.UsageMessage.Reserve;
import io.parley.contract.UsageMessage.Reserved;
import io.parley.testing.Eventually;
import io.parley.usage.UsageHarness.Store;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A budget")
@ParameterizedClass(name = "{0}")
@EnumSource(Store.class)
class BudgetTest {

    private static final OptionalLong NONE = OptionalLong.empty();

    private final Store store;
    private UsageHarness harness;

    @TempDir
    private Path dir;

    BudgetTest(Store store) {
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
    @DisplayName("is never overspent, however many requests are concurrent")
    void neverOverspent() throws Exception {
        harness.start(true);
        harness.putDailyBudget("global", 100);

        assertThat(granted(200)).isEqualTo(100);
        assertThat(harness.budget("global").reservedMicros()).isEqualTo(100);
    }

    @Test
    @DisplayName(
            "is never overspent by several instances together, and money that one releases can be reserved by another")
    void severalInstances() throws Exception {
        harness.start(false);
        harness.start(false);
        harness.putDailyBudget("global", 100);

        assertThat(granted(200)).isEqualTo(100);

        IntStream.range(0, 200).forEach(i -> harness.publishEnded(harness.attempt("call-" + i, "user-" + i, 0)));
        for (int i = 0; i < 200; i++) {
            harness.nextRecorded();
        }
        assertThat(granted(200)).isEqualTo(100);
    }

    @Test
    @DisplayName("that does not exist needs no request to the store")
    void none() throws Exception {
        harness.start(true);
        await(harness.reserve("1", "ann", 1));
        harness.closeStore();

        assertThat(await(harness.reserve("2", "ann", Long.MAX_VALUE))).isEqualTo(new Reserved(false));
        harness.openStore();
    }

    @Test
    @DisplayName("that cannot be loaded rejects every reservation")
    void failsClosed() throws Exception {
        harness.start(true);
        harness.putDailyBudget("user:ann", 100);
        harness.closeStore();

        assertThat(problem(harness.reserve("1", "ann", 1))).isInstanceOf(Problem.Unavailable.class);
        assertThat(await(harness.reserve("2", "bob", 1))).isEqualTo(new Reserved(false));

        harness.openStore();
        assertThat(await(harness.reserve("3", "ann", 100))).isNotNull();
    }

    @Test
    @DisplayName("recovers the unused part of a reservation")
    void settled() throws Exception {
        harness.start(true);
        harness.putDailyBudget("global", 100);
        await(harness.reserve("1", "ann", 60));
        assertThat(problem(harness.reserve("2", "ann", 60))).isEqualTo(new Problem.BudgetExceeded("global"));

        harness.recordAttempt(harness.attempt("1", "ann", 10));

        assertThat(budgetState("global")).containsExactly(10L, 0L);
        assertThat(problem(harness.reserve("3", "ann", 91))).isEqualTo(new Problem.BudgetExceeded("global"));
        assertThat(await(harness.reserve("4", "ann", 90))).isEqualTo(new Reserved(true));
    }

    @Test
    @DisplayName("is also charged for an attempt that cost more than was reserved")
    void overrun() throws Exception {
        harness.start(true);
        harness.putDailyBudget("global", 100);
        await(harness.reserve("1", "ann", 10));

        harness.recordAttempt(harness.attempt("1", "ann", 70));

        assertThat(budgetState("global")).containsExactly(70L, 0L);
        assertThat(problem(harness.reserve("2", "ann", 31))).isEqualTo(new Problem.BudgetExceeded("global"));
    }

    @Test
    @DisplayName("is not charged when another budget rejects the reservation")
    void undone() throws Exception {
        harness.start(true);
        harness.putDailyBudget("global", 100);
        harness.put("user:ann", NONE, OptionalLong.of(10), OnExceed.BLOCK);

        assertThat(problem(harness.reserve("1", "ann", 50))).isEqualTo(new Problem.BudgetExceeded("user:ann"));

        assertThat(await(harness.reserve("2", "bob", 100))).isEqualTo(new Reserved(true));
    }

    @Test
    @DisplayName("recovers the reservation of an attempt that is not made")
    void released() throws Exception {
        harness.start(true);
        harness.putDailyBudget("global", 100);
        await(harness.reserve("1", "ann", 100));

        harness.request(Addresses.USAGE_RELEASE, new Release("1"));

        assertThat(await(harness.reserve("2", "ann", 100))).isNotNull();
    }

    @Test
    @DisplayName("of a key, a user or a provider applies to their calls, and to nothing else")
    void scopes() throws Exception {
        harness.start(true);
        harness.putDailyBudget("key:key_1", 1);
        harness.putDailyBudget("user:ann", 1);
        harness.putDailyBudget("provider:openai", 50);
        RequestContext keyed =
                new RequestContext("r", "key_1", Optional.empty(), Optional.empty(), Optional.of("key_1"));

        assertThat(problem(reserve(new Reserve("1", keyed, "demo", 2))))
                .isEqualTo(new Problem.BudgetExceeded("key:key_1"));
        assertThat(problem(reserve(new Reserve("2", origin("ann"), "demo", 2))))
                .isEqualTo(new Problem.BudgetExceeded("user:ann"));
        assertThat(problem(reserve(new Reserve("3", origin("bob"), "openai", 51))))
                .isEqualTo(new Problem.BudgetExceeded("provider:openai"));
        assertThat(await(reserve(new Reserve("4", origin("bob"), "demo", 1_000))))
                .isEqualTo(new Reserved(false));
    }

    @Test
    @DisplayName("starts again with each UTC day and each UTC month")
    void periods() throws Exception {
        harness.start(true);
        harness.put("global", OptionalLong.of(10), OptionalLong.of(15), OnExceed.BLOCK);
        await(harness.reserve("1", "ann", 10));
        harness.recordAttempt(harness.attempt("1", "ann", 10));
        assertThat(problem(harness.reserve("2", "ann", 1))).isEqualTo(new Problem.BudgetExceeded("global"));

        harness.advance(Duration.between(NOW, Instant.parse("2026-11-22T00:00:00Z")));
        assertThat(problem(harness.reserve("3", "ann", 6))).isEqualTo(new Problem.BudgetExceeded("global"));
        await(harness.reserve("4", "ann", 5));
        harness.recordAttempt(harness.attempt("4", "ann", 5));
        assertThat(problem(harness.reserve("5", "ann", 1))).isEqualTo(new Problem.BudgetExceeded("global"));

        harness.advance(Duration.between(harness.now(), Instant.parse("2026-12-01T00:00:00Z")));
        await(harness.reserve("6", "ann", 10));
        BudgetStatus state = harness.budget("global");
        assertThat(List.of(state.spentTodayMicros(), state.spentMonthMicros(), state.reservedMicros()))
                .containsExactly(0L, 0L, 10L);
    }

    @Test
    @DisplayName("that is created during a day starts with the amount spent on that day")
    void createdLater() throws Exception {
        harness.start(true);
        harness.recordAttempt(harness.attempt("1", "ann", 30));
        harness.recordAttempt(harness.attempt("2", "bob", 50));

        BudgetStatus state = harness.put("user:ann", OptionalLong.of(100), OptionalLong.of(1_000), OnExceed.BLOCK);
        assertThat(state.spentTodayMicros()).isEqualTo(30);
        harness.put("user:ann", OptionalLong.of(90), OptionalLong.of(1_000), OnExceed.BLOCK);

        assertThat(budgetState("user:ann")).containsExactly(30L, 0L);
        assertThat(problem(harness.reserve("3", "ann", 61))).isEqualTo(new Problem.BudgetExceeded("user:ann"));
        assertThat(await(harness.reserve("4", "ann", 60))).isEqualTo(new Reserved(true));
    }

    @Test
    @DisplayName("is charged for an attempt that started before the budget existed")
    void unreserved() throws Exception {
        harness.start(true);
        harness.putDailyBudget("global", 100);

        harness.recordAttempt(harness.attempt("1", "ann", 30));

        assertThat(budgetState("global")).containsExactly(30L, 0L);
    }

    @Test
    @DisplayName("is charged in full for a reservation that expires, and corrected if the attempt ends later")
    void expired() throws Exception {
        harness.start(true);
        harness.putDailyBudget("global", 100);
        await(harness.reserve("1", "ann", 60));
        assertThat(budgetState("global")).containsExactly(0L, 60L);

        harness.advance(Duration.ofMinutes(16));
        eventually(60, 0);

        harness.recordAttempt(harness.attempt("1", "ann", 10));
        assertThat(budgetState("global")).containsExactly(10L, 0L);
    }

    @Test
    @DisplayName("is charged in full for the reservations of an instance that crashed")
    void crashed() throws Exception {
        harness.start(true);
        harness.putDailyBudget("global", 100);
        await(harness.reserve("1", "ann", 60));
        harness.recordAttempt(harness.attempt("2", "ann", 5)); // so that its share is stored

        harness.start(true); // as the only process, it treats other writers as crashed

        assertThat(List.of(
                        budgetState("global"),
                        budgetState("global"))) // the old instance still handles half of the requests
                .contains(List.of(65L, 0L));
        assertThat(problem(harness.reserve("3", "ann", 36))).isEqualTo(new Problem.BudgetExceeded("global"));
    }

    @Test
    @DisplayName("survives a restart")
    void restarted() throws Exception {
        String counting = harness.start(true);
        harness.putDailyBudget("global", 100);
        await(harness.reserve("1", "ann", 60));
        await(harness.reserve("2", "ann", 20));
        harness.publishEnded(harness.attempt("1", "ann", 10));
        harness.stop(counting);
        harness.start(true);

        assertThat(budgetState("global")).containsExactly(30L, 0L);
        assertThat(problem(harness.reserve("3", "ann", 71))).isEqualTo(new Problem.BudgetExceeded("global"));
        assertThat(await(harness.reserve("4", "ann", 70))).isNotNull();
    }

    @Test
    @DisplayName("that only warns rejects nothing, and raises one alert when it is exceeded")
    void warns() throws Exception {
        harness.start(true);
        harness.put("user:ann", OptionalLong.of(100), NONE, OnExceed.WARN);

        for (int i = 0; i < 4; i++) {
            await(harness.reserve("" + i, "ann", 60));
            harness.recordAttempt(harness.attempt("" + i, "ann", 60));
        }

        Alert alert = harness.alert();
        assertThat(alert)
                .isEqualTo(new Alert(
                        "user:ann|2026-11-21|exceeded", "user:ann", Level.EXCEEDED, Period.DAY, 100, 120, false, NOW));
        assertNextAlert("user:bob");
    }

    @Test
    @DisplayName("raises one alert when it is nearly exceeded, and one when it rejects a reservation; both are stored")
    void alerts() throws Exception {
        harness.start(true);
        harness.putDailyBudget("user:ann", 100);
        assertThat(await(harness.reserve("1", "ann", 79))).isEqualTo(new Reserved(false));
        harness.recordAttempt(harness.attempt("1", "ann", 79));
        assertThat(await(harness.reserve("2", "ann", 1))).isEqualTo(new Reserved(true));
        harness.recordAttempt(harness.attempt("2", "ann", 1));
        Alert warning = harness.alert();
        harness.reserve("3", "ann", 30).otherwiseEmpty().await(10, TimeUnit.SECONDS);
        harness.reserve("4", "ann", 30).otherwiseEmpty().await(10, TimeUnit.SECONDS);
        Alert refused = harness.alert();

        assertThat(warning.level()).isEqualTo(Level.WARNING);
        assertThat(warning.spentMicros()).isEqualTo(80);
        assertThat(refused.level()).isEqualTo(Level.EXCEEDED);
        assertThat(refused.blocked()).isTrue();
        assertNextAlert("user:bob");
        assertThat(harness.request(
                                Addresses.STORE_LIST_ALERTS,
                                new ListAlerts(Optional.of("user:ann"), 10, Optional.empty()))
                        .data())
                .containsExactlyInAnyOrder(warning, refused);
    }

    @Test
    @DisplayName("without limits rejects nothing")
    void budgetRemoved() throws Exception {
        harness.start(true);
        harness.putDailyBudget("global", 0);
        assertThat(problem(harness.reserve("1", "ann", 1))).isEqualTo(new Problem.BudgetExceeded("global"));

        harness.put("global", NONE, NONE, OnExceed.BLOCK);

        assertThat(await(harness.reserve("2", "ann", 1_000))).isEqualTo(new Reserved(false));
    }

    @Test
    @DisplayName("is not found if it does not exist, and is rejected if it is invalid")
    void invalid() throws Exception {
        harness.start(true);

        assertThat(problem(harness.bus.request(Addresses.BUDGET_READ, new Read("global"))))
                .isEqualTo(new Problem.NotFound());
        Budget wrong = new Budget("everybody", OptionalLong.of(-1), OptionalLong.of(-1), 0, OnExceed.BLOCK);
        assertThat(problem(harness.bus.request(Addresses.BUDGET_PUT, new Put(wrong))))
                .isInstanceOfSatisfying(
                        Problem.Invalid.class,
                        invalid -> assertThat(invalid.violations()).hasSize(4));
    }

    /** The number of successful reservations out of {@code count} concurrent ones of one micro-dollar. */
    private long granted(int count) throws Exception {
        List<Future<Boolean>> replies = IntStream.range(0, count)
                .mapToObj(i ->
                        harness.reserve("call-" + i, "user-" + i, 1).map(true).otherwise(false))
                .toList();
        await(Future.all(replies));
        return replies.stream().filter(Future::result).count();
    }

    private Future<Reserved> reserve(Reserve reserve) {
        return harness.bus.request(Addresses.USAGE_RESERVE, reserve);
    }

    /** The amount spent today, and the amount still reserved. */
    private List<Long> budgetState(String scope) throws Exception {
        BudgetStatus state = harness.budget(scope);
        return List.of(state.spentTodayMicros(), state.reservedMicros());
    }

    /** Raises an alert for {@code scope} and expects it next; since alerts are ordered, no other one was raised before. */
    private void assertNextAlert(String scope) throws Exception {
        harness.putDailyBudget(scope, 1);
        harness.publishEnded(harness.attempt("sentinel", scope.substring("user:".length()), 2));
        assertThat(harness.alert().scope()).isEqualTo(scope);
    }

    private void eventually(long spent, long reserved) throws Exception {
        Eventually.eventually(() -> assertThat(budgetState("global")).containsExactly(spent, reserved));
    }
}

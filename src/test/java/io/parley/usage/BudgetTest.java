package io.parley.usage;

import static io.parley.usage.UsageHarness.NOW;
import static io.parley.usage.UsageHarness.of;
import static io.parley.usage.UsageHarness.origin;
import static io.parley.usage.UsageHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.contract.Addresses;
import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.Level;
import io.parley.contract.BudgetMessage.ListAlerts;
import io.parley.contract.BudgetMessage.OnExceed;
import io.parley.contract.BudgetMessage.Period;
import io.parley.contract.BudgetMessage.Put;
import io.parley.contract.BudgetMessage.Read;
import io.parley.contract.BudgetMessage.BudgetStatus;
import io.parley.contract.RequestContext;
import io.parley.contract.Problem;
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
    private UsageHarness counter;

    @TempDir
    private Path dir;

    BudgetTest(Store store) {
        this.store = store;
    }

    @BeforeEach
    void open() throws Exception {
        counter = new UsageHarness(store, dir);
    }

    @AfterEach
    void close() throws Exception {
        counter.close();
    }

    @Test
    @DisplayName("is never overspent, however many requests are concurrent")
    void neverOverspent() throws Exception {
        counter.start(true);
        counter.daily("global", 100);

        assertThat(granted(200)).isEqualTo(100);
        assertThat(counter.budget("global").reservedMicros()).isEqualTo(100);
    }

    @Test
    @DisplayName(
            "is never overspent by several instances together, and money that one releases can be reserved by another")
    void severalServers() throws Exception {
        counter.start(false);
        counter.start(false);
        counter.daily("global", 100);

        assertThat(granted(200)).isEqualTo(100);

        IntStream.range(0, 200).forEach(i -> counter.ended(counter.attempt("call-" + i, "user-" + i, 0)));
        for (int i = 0; i < 200; i++) {
            counter.heard();
        }
        assertThat(granted(200)).isEqualTo(100);
    }

    @Test
    @DisplayName("that does not exist needs no request to the store")
    void none() throws Exception {
        counter.start(true);
        of(counter.reserve("1", "ann", 1));
        counter.closeStore();

        assertThat(of(counter.reserve("2", "ann", Long.MAX_VALUE))).isEqualTo(new Reserved(false));
        counter.openStore();
    }

    @Test
    @DisplayName("that cannot be loaded rejects every reservation")
    void failsClosed() throws Exception {
        counter.start(true);
        counter.daily("user:ann", 100);
        counter.closeStore();

        assertThat(problem(counter.reserve("1", "ann", 1))).isInstanceOf(Problem.Unavailable.class);
        assertThat(of(counter.reserve("2", "bob", 1))).isEqualTo(new Reserved(false));

        counter.openStore();
        assertThat(of(counter.reserve("3", "ann", 100))).isNotNull();
    }

    @Test
    @DisplayName("gets the unused part of a reservation back")
    void settled() throws Exception {
        counter.start(true);
        counter.daily("global", 100);
        of(counter.reserve("1", "ann", 60));
        assertThat(problem(counter.reserve("2", "ann", 60))).isEqualTo(new Problem.BudgetExceeded("global"));

        counter.booked(counter.attempt("1", "ann", 10));

        assertThat(figures("global")).containsExactly(10L, 0L);
        assertThat(problem(counter.reserve("3", "ann", 91))).isEqualTo(new Problem.BudgetExceeded("global"));
        assertThat(of(counter.reserve("4", "ann", 90))).isEqualTo(new Reserved(true));
    }

    @Test
    @DisplayName("is also charged for an attempt that cost more than was reserved")
    void overrun() throws Exception {
        counter.start(true);
        counter.daily("global", 100);
        of(counter.reserve("1", "ann", 10));

        counter.booked(counter.attempt("1", "ann", 70));

        assertThat(figures("global")).containsExactly(70L, 0L);
        assertThat(problem(counter.reserve("2", "ann", 31))).isEqualTo(new Problem.BudgetExceeded("global"));
    }

    @Test
    @DisplayName("is not charged when another budget rejects the reservation")
    void undone() throws Exception {
        counter.start(true);
        counter.daily("global", 100);
        counter.put("user:ann", NONE, OptionalLong.of(10), OnExceed.BLOCK);

        assertThat(problem(counter.reserve("1", "ann", 50))).isEqualTo(new Problem.BudgetExceeded("user:ann"));

        assertThat(of(counter.reserve("2", "bob", 100))).isEqualTo(new Reserved(true));
    }

    @Test
    @DisplayName("gets the reservation of an attempt back that is not made")
    void released() throws Exception {
        counter.start(true);
        counter.daily("global", 100);
        of(counter.reserve("1", "ann", 100));

        counter.ask(Addresses.USAGE_RELEASE, new Release("1"));

        assertThat(of(counter.reserve("2", "ann", 100))).isNotNull();
    }

    @Test
    @DisplayName("of a key, a user or a provider applies to their calls, and to nothing else")
    void scopes() throws Exception {
        counter.start(true);
        counter.daily("key:key_1", 1);
        counter.daily("user:ann", 1);
        counter.daily("provider:openai", 50);
        RequestContext keyed = new RequestContext("r", "key_1", Optional.empty(), Optional.empty(), Optional.of("key_1"));

        assertThat(problem(ask(new Reserve("1", keyed, "demo", 2)))).isEqualTo(new Problem.BudgetExceeded("key:key_1"));
        assertThat(problem(ask(new Reserve("2", origin("ann"), "demo", 2))))
                .isEqualTo(new Problem.BudgetExceeded("user:ann"));
        assertThat(problem(ask(new Reserve("3", origin("bob"), "openai", 51))))
                .isEqualTo(new Problem.BudgetExceeded("provider:openai"));
        assertThat(of(ask(new Reserve("4", origin("bob"), "demo", 1_000)))).isEqualTo(new Reserved(false));
    }

    @Test
    @DisplayName("starts again with each UTC day and each UTC month")
    void periods() throws Exception {
        counter.start(true);
        counter.put("global", OptionalLong.of(10), OptionalLong.of(15), OnExceed.BLOCK);
        of(counter.reserve("1", "ann", 10));
        counter.booked(counter.attempt("1", "ann", 10));
        assertThat(problem(counter.reserve("2", "ann", 1))).isEqualTo(new Problem.BudgetExceeded("global"));

        counter.pass(Duration.between(NOW, Instant.parse("2026-11-22T00:00:00Z")));
        assertThat(problem(counter.reserve("3", "ann", 6))).isEqualTo(new Problem.BudgetExceeded("global"));
        of(counter.reserve("4", "ann", 5));
        counter.booked(counter.attempt("4", "ann", 5));
        assertThat(problem(counter.reserve("5", "ann", 1))).isEqualTo(new Problem.BudgetExceeded("global"));

        counter.pass(Duration.between(counter.now(), Instant.parse("2026-12-01T00:00:00Z")));
        of(counter.reserve("6", "ann", 10));
        BudgetStatus state = counter.budget("global");
        assertThat(List.of(state.spentTodayMicros(), state.spentMonthMicros(), state.reservedMicros()))
                .containsExactly(0L, 0L, 10L);
    }

    @Test
    @DisplayName("that is created during a day starts with the amount spent on that day")
    void begunLater() throws Exception {
        counter.start(true);
        counter.booked(counter.attempt("1", "ann", 30));
        counter.booked(counter.attempt("2", "bob", 50));

        BudgetStatus state = counter.put("user:ann", OptionalLong.of(100), OptionalLong.of(1_000), OnExceed.BLOCK);
        assertThat(state.spentTodayMicros()).isEqualTo(30);
        counter.put("user:ann", OptionalLong.of(90), OptionalLong.of(1_000), OnExceed.BLOCK);

        assertThat(figures("user:ann")).containsExactly(30L, 0L);
        assertThat(problem(counter.reserve("3", "ann", 61))).isEqualTo(new Problem.BudgetExceeded("user:ann"));
        assertThat(of(counter.reserve("4", "ann", 60))).isEqualTo(new Reserved(true));
    }

    @Test
    @DisplayName("is charged for an attempt that started before the budget existed")
    void unreserved() throws Exception {
        counter.start(true);
        counter.daily("global", 100);

        counter.booked(counter.attempt("1", "ann", 30));

        assertThat(figures("global")).containsExactly(30L, 0L);
    }

    @Test
    @DisplayName("is charged in full for a reservation that expires, and corrected if the attempt ends later")
    void expired() throws Exception {
        counter.start(true);
        counter.daily("global", 100);
        of(counter.reserve("1", "ann", 60));
        assertThat(figures("global")).containsExactly(0L, 60L);

        counter.pass(Duration.ofMinutes(16));
        eventually(60, 0);

        counter.booked(counter.attempt("1", "ann", 10));
        assertThat(figures("global")).containsExactly(10L, 0L);
    }

    @Test
    @DisplayName("is charged in full for the reservations of an instance that crashed")
    void crashed() throws Exception {
        counter.start(true);
        counter.daily("global", 100);
        of(counter.reserve("1", "ann", 60));
        counter.booked(counter.attempt("2", "ann", 5)); // so that its share is stored

        counter.start(true); // as the only process, it takes other writers for crashed

        assertThat(List.of(figures("global"), figures("global"))) // the old instance still answers half of the requests
                .contains(List.of(65L, 0L));
        assertThat(problem(counter.reserve("3", "ann", 36))).isEqualTo(new Problem.BudgetExceeded("global"));
    }

    @Test
    @DisplayName("survives a restart")
    void kept() throws Exception {
        String counting = counter.start(true);
        counter.daily("global", 100);
        of(counter.reserve("1", "ann", 60));
        of(counter.reserve("2", "ann", 20));
        counter.ended(counter.attempt("1", "ann", 10));
        counter.stop(counting);
        counter.start(true);

        assertThat(figures("global")).containsExactly(30L, 0L);
        assertThat(problem(counter.reserve("3", "ann", 71))).isEqualTo(new Problem.BudgetExceeded("global"));
        assertThat(of(counter.reserve("4", "ann", 70))).isNotNull();
    }

    @Test
    @DisplayName("that only warns rejects nothing, and raises one alert when it is exceeded")
    void warns() throws Exception {
        counter.start(true);
        counter.put("user:ann", OptionalLong.of(100), NONE, OnExceed.WARN);

        for (int i = 0; i < 4; i++) {
            of(counter.reserve("" + i, "ann", 60));
            counter.booked(counter.attempt("" + i, "ann", 60));
        }

        Alert alert = counter.alert();
        assertThat(alert)
                .isEqualTo(new Alert(
                        "user:ann|2026-11-21|exceeded", "user:ann", Level.EXCEEDED, Period.DAY, 100, 120, false, NOW));
        nextAlertIsOf("user:bob");
    }

    @Test
    @DisplayName("raises one alert when it is nearly exceeded, and one when it rejects a reservation; both are stored")
    void alerts() throws Exception {
        counter.start(true);
        counter.daily("user:ann", 100);
        assertThat(of(counter.reserve("1", "ann", 79))).isEqualTo(new Reserved(false));
        counter.booked(counter.attempt("1", "ann", 79));
        assertThat(of(counter.reserve("2", "ann", 1))).isEqualTo(new Reserved(true));
        counter.booked(counter.attempt("2", "ann", 1));
        Alert warning = counter.alert();
        counter.reserve("3", "ann", 30).otherwiseEmpty().await(10, TimeUnit.SECONDS);
        counter.reserve("4", "ann", 30).otherwiseEmpty().await(10, TimeUnit.SECONDS);
        Alert refused = counter.alert();

        assertThat(warning.level()).isEqualTo(Level.WARNING);
        assertThat(warning.spentMicros()).isEqualTo(80);
        assertThat(refused.level()).isEqualTo(Level.EXCEEDED);
        assertThat(refused.blocked()).isTrue();
        nextAlertIsOf("user:bob");
        assertThat(counter.ask(
                                Addresses.STORE_LIST_ALERTS,
                                new ListAlerts(Optional.of("user:ann"), 10, Optional.empty()))
                        .data())
                .containsExactlyInAnyOrder(warning, refused);
    }

    @Test
    @DisplayName("without limits rejects nothing")
    void takenAway() throws Exception {
        counter.start(true);
        counter.daily("global", 0);
        assertThat(problem(counter.reserve("1", "ann", 1))).isEqualTo(new Problem.BudgetExceeded("global"));

        counter.put("global", NONE, NONE, OnExceed.BLOCK);

        assertThat(of(counter.reserve("2", "ann", 1_000))).isEqualTo(new Reserved(false));
    }

    @Test
    @DisplayName("is not found if it does not exist, and is rejected if it is invalid")
    void nonsense() throws Exception {
        counter.start(true);

        assertThat(problem(counter.bus.ask(Addresses.BUDGET_READ, new Read("global"))))
                .isEqualTo(new Problem.NotFound());
        Budget wrong = new Budget("everybody", OptionalLong.of(-1), OptionalLong.of(-1), 0, OnExceed.BLOCK);
        assertThat(problem(counter.bus.ask(Addresses.BUDGET_PUT, new Put(wrong))))
                .isInstanceOfSatisfying(
                        Problem.Invalid.class,
                        invalid -> assertThat(invalid.violations()).hasSize(4));
    }

    /** The number of successful reservations out of {@code many} concurrent ones of one micro-dollar. */
    private long granted(int many) throws Exception {
        List<Future<Boolean>> asked = IntStream.range(0, many)
                .mapToObj(i ->
                        counter.reserve("call-" + i, "user-" + i, 1).map(true).otherwise(false))
                .toList();
        of(Future.all(asked));
        return asked.stream().filter(Future::result).count();
    }

    private Future<Reserved> ask(Reserve reserve) {
        return counter.bus.ask(Addresses.USAGE_RESERVE, reserve);
    }

    /** The amount spent today, and the amount still reserved. */
    private List<Long> figures(String scope) throws Exception {
        BudgetStatus state = counter.budget(scope);
        return List.of(state.spentTodayMicros(), state.reservedMicros());
    }

    /** Alerts come in the order of what they are about: nothing else has been said before that of {@code scope}, which is provoked. */
    private void nextAlertIsOf(String scope) throws Exception {
        counter.daily(scope, 1);
        counter.ended(counter.attempt("sentinel", scope.substring("user:".length()), 2));
        assertThat(counter.alert().scope()).isEqualTo(scope);
    }

    private void eventually(long spent, long reserved) throws Exception {
        Eventually.eventually(() -> assertThat(figures("global")).containsExactly(spent, reserved));
    }
}

package io.parley.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.config.UsageConfig;
import io.parley.contract.Problem;
import io.parley.contract.UsageMessage.AttemptEnded;
import io.parley.contract.UsageMessage.Reserve;
import io.parley.contract.UsageMessage.Reserved;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reserves money before an attempt, in all budgets that apply to it or in none, and settles the reservation when the attempt has ended.
 * Reservations that are never settled expire and count as spent in full.
 */
final class BudgetReservations {

    private static final int MAX_EXPIRED = 10_000;

    private final BudgetCache budgetCache;
    private final BudgetAccountRegistry accounts;
    private final BudgetAlerts alerts;
    private final UsageConfig config;
    private final InstantSource clock;
    private final Runnable onChanged;
    private final boolean singleProcess;
    private final Map<String, Reservation> reservations = new LinkedHashMap<>();
    private final Cache<String, Reservation> expired = Caffeine.newBuilder()
            .maximumSize(MAX_EXPIRED)
            .executor(Runnable::run)
            .build();

    /**
     * @param onChanged called when there are changes to store
     * @param singleProcess whether no other instance reserves money: then an attempt without a reservation is charged here
     */
    BudgetReservations(
            BudgetCache budgetCache,
            BudgetAccountRegistry accounts,
            BudgetAlerts alerts,
            UsageConfig config,
            InstantSource clock,
            Runnable onChanged,
            boolean singleProcess) {
        this.budgetCache = budgetCache;
        this.accounts = accounts;
        this.alerts = alerts;
        this.config = config;
        this.clock = clock;
        this.onChanged = onChanged;
        this.singleProcess = singleProcess;
    }

    Future<Reserved> reserve(Reserve reserve) {
        return budgetCache.ready().compose(_ -> {
            List<BudgetLimit> limits = reserve.micros() > 0
                    ? budgetCache.limits(reserve.requestContext(), reserve.provider(), clock.instant())
                    : List.of();
            return limits.isEmpty() ? Future.succeededFuture(new Reserved(false)) : reserve(reserve, limits);
        });
    }

    /** Releases the reservation of an attempt that will not be made. */
    void release(String attemptId) {
        Optional.ofNullable(reservations.remove(attemptId)).ifPresent(reservation -> settle(reservation, 0));
    }

    /** Settles the reservation of an ended attempt; without a known cost, in full. */
    void onAttemptEnded(AttemptEnded attempt) {
        Reservation reservation = reservations.remove(attempt.id());
        Optional<Reservation> expiredReservation =
                Optional.ofNullable(expired.asMap().remove(attempt.id()));
        if (reservation != null) {
            settle(reservation, attempt.usage().costMicros().orElse(reservation.micros()));
        } else if (expiredReservation.isPresent()) {
            spend(
                    expiredReservation.get().limits(),
                    attempt.usage().costMicros().orElse(expiredReservation.get().micros())
                            - expiredReservation.get().micros());
        } else if (singleProcess) {
            spend(
                    budgetCache.limits(attempt.requestContext(), attempt.provider(), clock.instant()),
                    attempt.usage().costMicros().orElse(0));
        }
    }

    /** Settles in full all reservations that are older than the configured limit. */
    void expire() {
        Instant cutoff = clock.instant().minus(config.reservationTimeout());
        List<Map.Entry<String, Reservation>> expiredEntries = reservations.entrySet().stream()
                .takeWhile(entry -> entry.getValue().createdAt().isBefore(cutoff))
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
        expiredEntries.forEach(entry -> {
            reservations.remove(entry.getKey());
            expired.put(entry.getKey(), entry.getValue());
            settle(entry.getValue(), entry.getValue().micros());
        });
    }

    /** Settles all open reservations in full, because the end of their attempts can no longer be received. */
    void close() {
        reservations.values().forEach(reservation -> settle(reservation, reservation.micros()));
        reservations.clear();
    }

    private Future<Reserved> reserve(Reserve reserve, List<BudgetLimit> limits) {
        List<Future<Boolean>> results = limits.stream()
                .map(limit -> accounts.reserve(limit.account(), reserve.micros(), limit.hardLimit()))
                .toList();
        return Future.join(results).transform(_ -> {
            List<BudgetLimit> granted = select(limits, results, true);
            onChanged.run();
            if (granted.size() == limits.size()) {
                release(reserve.attemptId()); // a repeated request replaces its reservation
                reservations.put(reserve.attemptId(), new Reservation(limits, reserve.micros(), clock.instant()));
                return Future.succeededFuture(new Reserved(nearLimit(limits)));
            }
            settle(new Reservation(granted, reserve.micros(), clock.instant()), 0);
            return Future.failedFuture(rejection(limits, results));
        });
    }

    private Throwable rejection(List<BudgetLimit> limits, List<Future<Boolean>> results) {
        List<BudgetLimit> rejected = select(limits, results, false);
        rejected.forEach(limit ->
                alerts.rejected(limit, accounts.account(limit.account()).spent()));
        return rejected.isEmpty()
                ? results.stream()
                        .filter(Future::failed)
                        .map(Future::cause)
                        .findFirst()
                        .orElseThrow()
                : new Problem.BudgetExceeded(rejected.getFirst().budget().scope()).toException();
    }

    private boolean nearLimit(List<BudgetLimit> limits) {
        return limits.stream()
                .anyMatch(limit ->
                        limit.nearlyExceeded(accounts.account(limit.account()).used()));
    }

    private void settle(Reservation reservation, long cost) {
        reservation.limits().forEach(limit -> {
            BudgetAccount account = accounts.account(limit.account());
            account.settle(reservation.micros(), cost);
            alerts.check(limit, account.spent());
        });
        onChanged.run();
    }

    private void spend(List<BudgetLimit> limits, long cost) {
        if (cost != 0 && !limits.isEmpty()) {
            limits.forEach(limit -> {
                BudgetAccount account = accounts.account(limit.account());
                account.spend(cost);
                alerts.check(limit, account.spent());
            });
            onChanged.run();
        }
    }

    private static List<BudgetLimit> select(List<BudgetLimit> limits, List<Future<Boolean>> results, boolean granted) {
        return IntStream.range(0, results.size())
                .filter(i -> results.get(i).succeeded()
                        && Objects.requireNonNull(results.get(i).result()) == granted)
                .mapToObj(limits::get)
                .toList();
    }

    /** A reservation of {@code micros} under each of {@code limits}. */
    private record Reservation(List<BudgetLimit> limits, long micros, Instant createdAt) {}
}

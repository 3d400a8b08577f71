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

    private static final int EXPIRED = 10_000;

    private final BudgetCache table;
    private final BudgetAccounts accounts;
    private final BudgetAlerts alarms;
    private final UsageConfig config;
    private final InstantSource clock;
    private final Runnable changed;
    private final boolean alone;
    private final Map<String, Reservation> open = new LinkedHashMap<>();
    private final Cache<String, Reservation> expired =
            Caffeine.newBuilder().maximumSize(EXPIRED).executor(Runnable::run).build();

    /**
     * @param changed called when there are changes to store
     * @param alone whether no other instance reserves money: then an attempt without a reservation is charged here
     */
    BudgetReservations(
            BudgetCache table,
            BudgetAccounts accounts,
            BudgetAlerts alarms,
            UsageConfig config,
            InstantSource clock,
            Runnable changed,
            boolean alone) {
        this.table = table;
        this.accounts = accounts;
        this.alarms = alarms;
        this.config = config;
        this.clock = clock;
        this.changed = changed;
        this.alone = alone;
    }

    Future<Reserved> reserve(Reserve reserve) {
        return table.known().compose(_ -> {
            List<BudgetLimit> limits = reserve.micros() > 0
                    ? table.limits(reserve.origin(), reserve.provider(), clock.instant())
                    : List.of();
            return limits.isEmpty() ? Future.succeededFuture(new Reserved(false)) : reserve(reserve, limits);
        });
    }

    /** Releases the reservation of an attempt that will not be made. */
    void release(String attemptId) {
        Optional.ofNullable(open.remove(attemptId)).ifPresent(reservation -> settle(reservation, 0));
    }

    /** Settles the reservation of an ended attempt; without a known cost, in full. */
    void ended(AttemptEnded attempt) {
        Reservation reservation = open.remove(attempt.id());
        Optional<Reservation> late = Optional.ofNullable(expired.asMap().remove(attempt.id()));
        if (reservation != null) {
            settle(reservation, attempt.usage().costMicros().orElse(reservation.micros()));
        } else if (late.isPresent()) {
            spend(
                    late.get().limits(),
                    attempt.usage().costMicros().orElse(late.get().micros())
                            - late.get().micros());
        } else if (alone) {
            spend(
                    table.limits(attempt.origin(), attempt.provider(), clock.instant()),
                    attempt.usage().costMicros().orElse(0));
        }
    }

    /** Settles reservations in full that are older than the configured limit. */
    void expire() {
        Instant before = clock.instant().minus(config.reservation());
        List<Map.Entry<String, Reservation>> over = open.entrySet().stream()
                .takeWhile(each -> each.getValue().at().isBefore(before))
                .map(each -> Map.entry(each.getKey(), each.getValue()))
                .toList();
        over.forEach(each -> {
            open.remove(each.getKey());
            expired.put(each.getKey(), each.getValue());
            settle(each.getValue(), each.getValue().micros());
        });
    }

    /** Settles all open reservations in full, because the end of their attempts can no longer be received. */
    void close() {
        open.values().forEach(reservation -> settle(reservation, reservation.micros()));
        open.clear();
    }

    private Future<Reserved> reserve(Reserve reserve, List<BudgetLimit> limits) {
        List<Future<Boolean>> holds = limits.stream()
                .map(limit -> accounts.hold(limit.account(), reserve.micros(), limit.most()))
                .toList();
        return Future.join(holds).transform(_ -> {
            List<BudgetLimit> held = which(limits, holds, true);
            changed.run();
            if (held.size() == limits.size()) {
                release(reserve.attemptId()); // a repeated request replaces its reservation
                open.put(reserve.attemptId(), new Reservation(limits, reserve.micros(), clock.instant()));
                return Future.succeededFuture(new Reserved(warned(limits)));
            }
            settle(new Reservation(held, reserve.micros(), clock.instant()), 0);
            return Future.failedFuture(refusal(limits, holds));
        });
    }

    private Throwable refusal(List<BudgetLimit> limits, List<Future<Boolean>> holds) {
        List<BudgetLimit> refused = which(limits, holds, false);
        refused.forEach(
                limit -> alarms.refused(limit, accounts.at(limit.account()).spent()));
        return refused.isEmpty()
                ? holds.stream()
                        .filter(Future::failed)
                        .map(Future::cause)
                        .findFirst()
                        .orElseThrow()
                : new Problem.BudgetExceeded(refused.getFirst().budget().scope()).toException();
    }

    private boolean warned(List<BudgetLimit> limits) {
        return limits.stream()
                .anyMatch(
                        limit -> limit.nearlySpent(accounts.at(limit.account()).used()));
    }

    private void settle(Reservation reservation, long cost) {
        reservation.limits().forEach(limit -> {
            BudgetAccount account = accounts.at(limit.account());
            account.settle(reservation.micros(), cost);
            alarms.check(limit, account.spent());
        });
        changed.run();
    }

    private void spend(List<BudgetLimit> limits, long cost) {
        if (cost != 0 && !limits.isEmpty()) {
            limits.forEach(limit -> {
                BudgetAccount account = accounts.at(limit.account());
                account.spend(cost);
                alarms.check(limit, account.spent());
            });
            changed.run();
        }
    }

    private static List<BudgetLimit> which(List<BudgetLimit> limits, List<Future<Boolean>> holds, boolean held) {
        return IntStream.range(0, holds.size())
                .filter(i -> holds.get(i).succeeded()
                        && Objects.requireNonNull(holds.get(i).result()) == held)
                .mapToObj(limits::get)
                .toList();
    }

    /** A reservation of {@code micros} under each of {@code limits}. */
    private record Reservation(List<BudgetLimit> limits, long micros, Instant at) {}
}

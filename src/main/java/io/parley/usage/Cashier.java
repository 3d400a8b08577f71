package io.parley.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.parley.config.UsageConfig;
import io.parley.contract.Problem;
import io.parley.contract.UsageMessage.Attempt;
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
 * Sets money aside before an attempt, in every budget that it falls under or in none, and settles it when the attempt has ended. What
 * nobody ever hears of again is settled in full.
 */
final class Cashier {

    private static final int EXPIRED = 10_000;

    private final BudgetTable table;
    private final Accounts accounts;
    private final Alarms alarms;
    private final UsageConfig config;
    private final InstantSource clock;
    private final Runnable changed;
    private final boolean alone;
    private final Map<String, Reservation> open = new LinkedHashMap<>();
    private final Cache<String, Reservation> expired =
            Caffeine.newBuilder().maximumSize(EXPIRED).executor(Runnable::run).build();

    /**
     * @param changed is told when there is something to store
     * @param alone whether no other server sets money aside: then an attempt without any is charged here
     */
    Cashier(
            BudgetTable table,
            Accounts accounts,
            Alarms alarms,
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
            List<Limit> limits = reserve.micros() > 0
                    ? table.limits(reserve.origin(), reserve.provider(), clock.instant())
                    : List.of();
            return limits.isEmpty() ? Future.succeededFuture(new Reserved(false)) : reserve(reserve, limits);
        });
    }

    /** The attempt is not made. */
    void release(String attemptId) {
        Optional.ofNullable(open.remove(attemptId)).ifPresent(reservation -> settle(reservation, 0));
    }

    /** The attempt has ended, and has its cost on it if that is known. */
    void ended(Attempt attempt) {
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

    /** Settle in full what has been open for too long. */
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

    /** Nobody will be told any more what becomes of attempts: settle them in full. */
    void close() {
        open.values().forEach(reservation -> settle(reservation, reservation.micros()));
        open.clear();
    }

    private Future<Reserved> reserve(Reserve reserve, List<Limit> limits) {
        List<Future<Boolean>> holds = limits.stream()
                .map(limit -> accounts.hold(limit.account(), reserve.micros(), limit.most()))
                .toList();
        return Future.join(holds).transform(_ -> {
            List<Limit> held = which(limits, holds, true);
            changed.run();
            if (held.size() == limits.size()) {
                release(reserve.attemptId()); // asked twice
                open.put(reserve.attemptId(), new Reservation(limits, reserve.micros(), clock.instant()));
                return Future.succeededFuture(new Reserved(warned(limits)));
            }
            settle(new Reservation(held, reserve.micros(), clock.instant()), 0);
            return Future.failedFuture(refusal(limits, holds));
        });
    }

    private Throwable refusal(List<Limit> limits, List<Future<Boolean>> holds) {
        List<Limit> refused = which(limits, holds, false);
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

    private boolean warned(List<Limit> limits) {
        return limits.stream()
                .anyMatch(
                        limit -> limit.nearlySpent(accounts.at(limit.account()).used()));
    }

    private void settle(Reservation reservation, long cost) {
        reservation.limits().forEach(limit -> {
            Account account = accounts.at(limit.account());
            account.settle(reservation.micros(), cost);
            alarms.check(limit, account.spent());
        });
        changed.run();
    }

    private void spend(List<Limit> limits, long cost) {
        if (cost != 0 && !limits.isEmpty()) {
            limits.forEach(limit -> {
                Account account = accounts.at(limit.account());
                account.spend(cost);
                alarms.check(limit, account.spent());
            });
            changed.run();
        }
    }

    private static List<Limit> which(List<Limit> limits, List<Future<Boolean>> holds, boolean held) {
        return IntStream.range(0, holds.size())
                .filter(i -> holds.get(i).succeeded()
                        && Objects.requireNonNull(holds.get(i).result()) == held)
                .mapToObj(limits::get)
                .toList();
    }

    /** What was set aside when, under which limits. */
    private record Reservation(List<Limit> limits, long micros, Instant at) {}
}

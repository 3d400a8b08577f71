package io.parley.usage;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.BudgetMessage;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.Period;
import io.parley.contract.LedgerMessage.ListBudgets;
import io.parley.contract.LedgerMessage.ReadBudget;
import io.parley.contract.Problem;
import io.parley.contract.RequestContext;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Caches all budgets, so that callers without a budget need no request to the store. */
final class BudgetCache {

    private final Bus bus;
    private Map<String, Budget> budgets = Map.of();
    private Optional<Future<Void>> loading = Optional.empty();
    private boolean loaded;

    BudgetCache(Bus bus) {
        this.bus = bus;
    }

    /** Completes when the budgets are loaded. */
    Future<Void> ready() {
        return loaded ? Future.succeededFuture() : loading.orElseGet(this::load);
    }

    /** Loads all budgets. */
    Future<Void> load() {
        Future<Void> read = bus.request(Addresses.STORE_LIST_BUDGETS, new ListBudgets())
                .map(reply -> {
                    budgets = reply.data().stream().collect(Collectors.toMap(Budget::scope, Function.identity()));
                    loaded = true;
                    return null;
                });
        loading = Optional.of(read);
        read.onComplete(_ -> loading = Optional.empty());
        return read;
    }

    /** Loads one budget again after it was changed. */
    Future<Void> reload(String scope) {
        return bus.request(Addresses.STORE_READ_BUDGET, new ReadBudget(scope))
                .onSuccess(this::put)
                .mapEmpty();
    }

    void put(Budget budget) {
        Map<String, Budget> next = new HashMap<>(budgets);
        next.put(budget.scope(), budget);
        budgets = next;
    }

    Optional<Budget> find(String scope) {
        return Optional.ofNullable(budgets.get(scope));
    }

    /** All limits that apply to a call of {@code provider} by {@code requestContext} at {@code now}. */
    List<BudgetLimit> limits(RequestContext requestContext, String provider, Instant now) {
        if (budgets.isEmpty()) {
            return List.of();
        }
        Stream<String> scopes = Stream.concat(
                Stream.of(
                        BudgetMessage.GLOBAL,
                        BudgetMessage.PROVIDER_PREFIX + provider,
                        BudgetMessage.USER_PREFIX + requestContext.user()),
                requestContext.apiKey().map(key -> BudgetMessage.KEY_PREFIX + key).stream());
        return scopes.flatMap(scope -> find(scope).stream())
                .flatMap(budget -> limits(budget, now))
                .toList();
    }

    /** The limits of one budget in its current periods. */
    static Stream<BudgetLimit> limits(Budget budget, Instant now) {
        return Stream.concat(
                budget.dailyMicros().stream().mapToObj(micros -> BudgetLimit.of(budget, Period.DAY, micros, now)),
                budget.monthlyMicros().stream().mapToObj(micros -> BudgetLimit.of(budget, Period.MONTH, micros, now)));
    }

    /** The failure for a scope without a budget. */
    static RuntimeException notFound() {
        return new Problem.NotFound().toException();
    }
}

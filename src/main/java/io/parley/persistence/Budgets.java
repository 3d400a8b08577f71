package io.parley.persistence;

import io.parley.contract.BooksMessage;
import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.BudgetMessage.Alerts;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.ListAlerts;
import io.parley.contract.Problem;
import io.parley.persistence.Query.Order;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stores the budgets that administrators have set, and the alerts that these budgets raised. */
final class Budgets {

    private static final int ATTEMPTS = 10;

    private static final Mapping<Budget> BUDGET = new Mapping<>(
            Books.BUDGETS, Budget.class, Budget::scope, budget -> Map.of(Books.SCOPE, Value.of(budget.scope())));

    private static final Mapping<Alert> ALERT = new Mapping<>(
            Books.ALERTS,
            Alert.class,
            Alert::id,
            alert -> Map.of(
                    Books.SCOPE, Value.of(alert.scope()),
                    Kinds.CREATED, Mapping.time(alert.at())));

    private final DocumentStore store;

    Budgets(DocumentStore store) {
        this.store = store;
    }

    Future<Void> put(Budget budget) {
        return put(budget, ATTEMPTS);
    }

    Future<Budget> read(String scope) {
        return store.get(Books.BUDGETS, scope, Filter.ANY)
                .compose(found -> found.map(BUDGET::value)
                        .map(Future::succeededFuture)
                        .orElseGet(() -> Future.failedFuture(new Problem.NotFound().toException())));
    }

    Future<BooksMessage.Budgets> list() {
        List<Budget> budgets = new ArrayList<>();
        return Scan.all(store, Books.BUDGETS, Order.up(Books.SCOPE))
                .each(Filter.ANY, document -> budgets.add(BUDGET.value(document)))
                .map(_ -> new BooksMessage.Budgets(budgets));
    }

    /** {@code false} if an alert with this id exists already. */
    Future<Boolean> add(Alert alert) {
        return store.insert(Books.ALERTS, ALERT.document(alert, 1));
    }

    Future<Alerts> alerts(ListAlerts listing) {
        Filter filter =
                listing.scope().map(scope -> Filter.where(Books.SCOPE, scope)).orElse(Filter.ANY);
        return new Pages(store, Books.ALERTS, Order.down(Kinds.CREATED))
                .page(filter, listing.limit(), listing.after())
                .map(page -> new Alerts(page.data().stream().map(ALERT::value).toList(), page.next()));
    }

    private Future<Void> put(Budget budget, int attempts) {
        if (attempts == 0) {
            return Future.failedFuture(
                    new Problem.Conflict("the budget is being changed by other requests; try again").toException());
        }
        return store.insert(Books.BUDGETS, BUDGET.document(budget, 1))
                .compose(inserted -> inserted ? Future.succeededFuture(true) : replace(budget))
                .compose(done -> done ? Future.succeededFuture() : put(budget, attempts - 1));
    }

    private Future<Boolean> replace(Budget budget) {
        return store.get(Books.BUDGETS, budget.scope(), Filter.ANY)
                .compose(found -> found.map(document ->
                                store.replaceIf(Books.BUDGETS, BUDGET.document(budget, document.version()), Filter.ANY))
                        .orElseGet(() -> Future.succeededFuture(false)));
    }
}

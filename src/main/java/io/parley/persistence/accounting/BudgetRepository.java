package io.parley.persistence.accounting;

import io.parley.contract.BudgetMessage.Alert;
import io.parley.contract.BudgetMessage.Alerts;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.ListAlerts;
import io.parley.contract.LedgerMessage;
import io.parley.contract.Problem;
import io.parley.persistence.run.RunSchema;
import io.parley.persistence.store.DocumentMapper;
import io.parley.persistence.store.DocumentStore;
import io.parley.persistence.store.Filter;
import io.parley.persistence.store.Paginator;
import io.parley.persistence.store.Query.Order;
import io.parley.persistence.store.Scan;
import io.parley.persistence.store.Value;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stores the budgets that administrators have set, and the alerts that these budgets raised. */
public final class BudgetRepository {

    private static final int MAX_ATTEMPTS = 10;

    private static final DocumentMapper<Budget> BUDGET_MAPPER = new DocumentMapper<>(
            AccountingSchema.BUDGETS,
            Budget.class,
            Budget::scope,
            budget -> Map.of(AccountingSchema.SCOPE, Value.of(budget.scope())));

    private static final DocumentMapper<Alert> ALERT_MAPPER = new DocumentMapper<>(
            AccountingSchema.ALERTS,
            Alert.class,
            Alert::id,
            alert -> Map.of(
                    AccountingSchema.SCOPE, Value.of(alert.scope()),
                    RunSchema.CREATED, DocumentMapper.time(alert.raisedAt())));

    private final DocumentStore store;

    public BudgetRepository(DocumentStore store) {
        this.store = store;
    }

    public Future<Void> put(Budget budget) {
        return put(budget, MAX_ATTEMPTS);
    }

    public Future<Budget> read(String scope) {
        return store.get(AccountingSchema.BUDGETS, scope, Filter.ANY)
                .compose(found -> found.map(BUDGET_MAPPER::fromDocument)
                        .map(Future::succeededFuture)
                        .orElseGet(() -> Future.failedFuture(new Problem.NotFound().toException())));
    }

    public Future<LedgerMessage.Budgets> list() {
        List<Budget> budgets = new ArrayList<>();
        return Scan.unlimited(store, AccountingSchema.BUDGETS, Order.ascendingBy(AccountingSchema.SCOPE))
                .forEach(Filter.ANY, document -> budgets.add(BUDGET_MAPPER.fromDocument(document)))
                .map(_ -> new LedgerMessage.Budgets(budgets));
    }

    /** {@code false} if an alert with this id already exists. */
    public Future<Boolean> add(Alert alert) {
        return store.insert(AccountingSchema.ALERTS, ALERT_MAPPER.toDocument(alert, 1));
    }

    public Future<Alerts> alerts(ListAlerts request) {
        Filter filter = request.scope()
                .map(scope -> Filter.where(AccountingSchema.SCOPE, scope))
                .orElse(Filter.ANY);
        return new Paginator(store, AccountingSchema.ALERTS, Order.descendingBy(RunSchema.CREATED))
                .page(filter, request.limit(), request.after())
                .map(page -> new Alerts(
                        page.data().stream().map(ALERT_MAPPER::fromDocument).toList(), page.next()));
    }

    private Future<Void> put(Budget budget, int attempts) {
        if (attempts == 0) {
            return Future.failedFuture(
                    new Problem.Conflict("the budget is being changed by other requests; try again").toException());
        }
        return store.insert(AccountingSchema.BUDGETS, BUDGET_MAPPER.toDocument(budget, 1))
                .compose(inserted -> inserted ? Future.succeededFuture(true) : replace(budget))
                .compose(stored -> stored ? Future.succeededFuture() : put(budget, attempts - 1));
    }

    private Future<Boolean> replace(Budget budget) {
        return store.get(AccountingSchema.BUDGETS, budget.scope(), Filter.ANY)
                .compose(found -> found.map(document -> store.replaceIf(
                                AccountingSchema.BUDGETS,
                                BUDGET_MAPPER.toDocument(budget, document.version()),
                                Filter.ANY))
                        .orElseGet(() -> Future.succeededFuture(false)));
    }
}

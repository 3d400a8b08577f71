package io.parley.http;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.PUT;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.BudgetMessage;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.OnExceed;
import io.parley.contract.BudgetMessage.Put;
import io.parley.contract.BudgetMessage.Read;
import io.parley.json.JsonFields;
import io.parley.json.Usd;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** How much may be spent: said by administrators, and read also by the user whose budget it is. */
final class BudgetRoutes {

    private static final String ONE = "/api/v1/budgets/{scope}";
    private static final double WARN_AT = 0.8;
    private static final double LEAST_WARNING = 0.000001;

    private final Bus bus;

    BudgetRoutes(Bus bus) {
        this.bus = bus;
    }

    void addTo(RouteTable table) {
        table.on(GET, ONE, this::read).on(PUT, ONE, this::put);
    }

    private Future<RouteResponse> read(RoutingContext ctx) {
        String scope = RequestCaller.id(ctx, "scope");
        if (!RequestCaller.isAdmin(ctx)) {
            RequestCaller.own(Optional.of(scope), BudgetMessage.USER + RequestCaller.user(ctx));
        }
        return bus.ask(Addresses.BUDGET_READ, new Read(scope)).map(state -> RouteResponse.ok(UsageViews.budget(state)));
    }

    private Future<RouteResponse> put(RoutingContext ctx, JsonFields body) {
        RequestCaller.admin(ctx);
        Budget budget = new Budget(
                RequestCaller.id(ctx, "scope"),
                body.optionalUsd("daily_usd", Usd.MAX),
                body.optionalUsd("monthly_usd", Usd.MAX),
                body.optionalNumber("warn_at", LEAST_WARNING, 1).orElse(WARN_AT),
                body.optionalOneOf("on_exceed", OnExceed.class).orElse(OnExceed.BLOCK));
        body.finish();
        return bus.ask(Addresses.BUDGET_PUT, new Put(budget)).map(state -> RouteResponse.ok(UsageViews.budget(state)));
    }
}

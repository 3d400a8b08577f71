package io.parley.http.admin;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.PUT;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.BudgetMessage;
import io.parley.contract.BudgetMessage.Budget;
import io.parley.contract.BudgetMessage.OnExceed;
import io.parley.contract.BudgetMessage.Put;
import io.parley.contract.BudgetMessage.Read;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.json.JsonFields;
import io.parley.json.Usd;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Lets administrators read and set budgets, and users read their own budget. */
public final class BudgetRoutes {

    private static final String BUDGET = "/api/v1/budgets/{scope}";
    private static final double DEFAULT_WARN_AT = 0.8;
    private static final double MIN_WARN_AT = 0.000001;

    private final Bus bus;

    public BudgetRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(RouteTable table) {
        table.on(GET, BUDGET, this::read).on(PUT, BUDGET, this::put);
    }

    private Future<RouteResponse> read(RoutingContext ctx) {
        String scope = RequestCaller.pathId(ctx, "scope");
        if (!RequestCaller.isAdmin(ctx)) {
            RequestCaller.requireOwn(Optional.of(scope), BudgetMessage.USER_PREFIX + RequestCaller.user(ctx));
        }
        return bus.request(Addresses.BUDGET_READ, new Read(scope))
                .map(state -> RouteResponse.ok(UsageViews.budget(state)));
    }

    private Future<RouteResponse> put(RoutingContext ctx, JsonFields body) {
        RequestCaller.requireAdmin(ctx);
        Budget budget = new Budget(
                RequestCaller.pathId(ctx, "scope"),
                body.optionalUsd("daily_usd", Usd.MAX),
                body.optionalUsd("monthly_usd", Usd.MAX),
                body.optionalNumber("warn_at", MIN_WARN_AT, 1).orElse(DEFAULT_WARN_AT),
                body.optionalOneOf("on_exceed", OnExceed.class).orElse(OnExceed.BLOCK));
        body.finish();
        return bus.request(Addresses.BUDGET_PUT, new Put(budget))
                .map(state -> RouteResponse.ok(UsageViews.budget(state)));
    }
}

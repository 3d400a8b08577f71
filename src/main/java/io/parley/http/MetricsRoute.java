package io.parley.http;

import static io.vertx.core.http.HttpMethod.GET;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.MetricsMessage.Page;
import io.parley.contract.MetricsMessage.Read;
import io.parley.http.routing.RouteTable;
import io.parley.http.server.SlowClientGuards;
import io.vertx.ext.web.RoutingContext;

/** Metrics on the operator's port. Does not know what is measured. */
final class MetricsRoute {

    private final Bus bus;
    private final SlowClientGuards slowClientGuard;

    MetricsRoute(Bus bus, SlowClientGuards slowClientGuard) {
        this.bus = bus;
        this.slowClientGuard = slowClientGuard;
    }

    void addTo(RouteTable table) {
        table.raw(GET, "/metrics", this::serve);
    }

    private void serve(RoutingContext ctx) {
        ctx.request().resume();
        bus.request(Addresses.METRICS_READ, new Read())
                .onSuccess(page -> send(ctx, page))
                .onFailure(ctx::fail);
    }

    private void send(RoutingContext ctx, Page page) {
        if (!ctx.response().closed()) {
            ctx.response().putHeader("Content-Type", page.contentType());
            slowClientGuard.watch(ctx.request().connection(), ctx.response().end(page.text()));
        }
    }
}

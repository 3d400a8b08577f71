package io.parley.http;

import static io.vertx.core.http.HttpMethod.GET;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.MetricsMessage.Page;
import io.parley.contract.MetricsMessage.Read;
import io.parley.http.routing.RouteTable;
import io.parley.http.server.SlowClientGuards;
import io.vertx.ext.web.RoutingContext;

/** Serves the metrics on the management port. Does not measure anything itself. */
final class MetricsRoute {

    private final Bus bus;
    private final SlowClientGuards slowClientGuards;

    MetricsRoute(Bus bus, SlowClientGuards slowClientGuards) {
        this.bus = bus;
        this.slowClientGuards = slowClientGuards;
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
            slowClientGuards.watch(ctx.request().connection(), ctx.response().end(page.text()));
        }
    }
}

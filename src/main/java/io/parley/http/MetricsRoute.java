package io.parley.http;

import static io.vertx.core.http.HttpMethod.GET;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.MetricsMessage.Page;
import io.parley.contract.MetricsMessage.Read;
import io.vertx.ext.web.RoutingContext;

/** Metrics on the operator's port. Does not know what is measured. */
final class MetricsRoute {

    private final Bus bus;
    private final SlowClientGuards slowReader;

    MetricsRoute(Bus bus, SlowClientGuards slowReader) {
        this.bus = bus;
        this.slowReader = slowReader;
    }

    void addTo(RouteTable table) {
        table.raw(GET, "/metrics", this::show);
    }

    private void show(RoutingContext ctx) {
        ctx.request().resume();
        bus.ask(Addresses.METRICS_READ, new Read())
                .onSuccess(page -> send(ctx, page))
                .onFailure(ctx::fail);
    }

    private void send(RoutingContext ctx, Page page) {
        if (!ctx.response().closed()) {
            ctx.response().putHeader("Content-Type", page.contentType());
            slowReader.watch(ctx.request().connection(), ctx.response().end(page.text()));
        }
    }
}

package io.parley.http;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.StoreMessage.DeleteRun;
import io.parley.contract.StoreMessage.ListRuns;
import io.parley.json.TextRule;
import io.parley.json.Violations;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Conversations as they were kept: listed, read, stopped and removed. */
final class RunRoutes {

    private static final String ALL = "/api/v1/conversations";
    private static final String ONE = ALL + "/{run}";

    private final Bus bus;

    RunRoutes(Bus bus) {
        this.bus = bus;
    }

    void addTo(RouteTable table) {
        table.on(GET, ALL, this::list)
                .on(GET, ONE, this::read)
                .on(DELETE, ONE, this::delete)
                .on(POST, ONE + "/stop", this::stop);
    }

    private Future<RouteResponse> list(RoutingContext ctx) {
        Page page = Page.of(ctx.request());
        ListRuns listing = new ListRuns(RequestCaller.user(ctx), context(ctx.request()), page.limit(), page.after());
        return bus.ask(Addresses.STORE_LIST_RUNS, listing)
                .map(runs -> RouteResponse.ok(Page.view(runs.data(), runs.next(), RunViews::run)));
    }

    private static Optional<String> context(HttpServerRequest request) {
        Optional<String> context = Optional.ofNullable(request.getParam("context_id"));
        Violations violations = new Violations();
        if (context.filter(TextRule.ID.isMet().negate()).isPresent()) {
            violations.add("/context_id", TextRule.ID.name(), TextRule.ID.message());
        }
        violations.throwIfAny();
        return context;
    }

    private Future<RouteResponse> read(RoutingContext ctx) {
        return bus.ask(Addresses.JOURNAL_READ, new Read(RequestCaller.user(ctx), RequestCaller.id(ctx, "run")))
                .map(transcript -> RouteResponse.ok(RunViews.transcript(transcript)));
    }

    private Future<RouteResponse> delete(RoutingContext ctx) {
        return bus.ask(Addresses.STORE_DELETE_RUN, new DeleteRun(RequestCaller.user(ctx), RequestCaller.id(ctx, "run")))
                .map(_ -> RouteResponse.gone());
    }

    private Future<RouteResponse> stop(RoutingContext ctx) {
        return bus.ask(Addresses.RUN_STOP, new Stop(RequestCaller.origin(ctx), RequestCaller.id(ctx, "run"), "user"))
                .map(state -> RouteResponse.ok(RunViews.state(state)));
    }
}

package io.parley.http.conversation;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.StoreMessage.DeleteRun;
import io.parley.contract.StoreMessage.ListRuns;
import io.parley.http.routing.Page;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.json.TextRule;
import io.parley.json.Violations;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Serves stored conversations: list, read, stop, delete. */
public final class RunRoutes {

    private static final String CONVERSATIONS = "/api/v1/conversations";
    private static final String CONVERSATION = CONVERSATIONS + "/{run}";

    private final Bus bus;

    public RunRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(RouteTable table) {
        table.on(GET, CONVERSATIONS, this::list)
                .on(GET, CONVERSATION, this::read)
                .on(DELETE, CONVERSATION, this::delete)
                .on(POST, CONVERSATION + "/stop", this::stop);
    }

    private Future<RouteResponse> list(RoutingContext ctx) {
        Page page = Page.of(ctx.request());
        ListRuns listing = new ListRuns(RequestCaller.user(ctx), context(ctx.request()), page.limit(), page.after());
        return bus.request(Addresses.STORE_LIST_RUNS, listing)
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
        return bus.request(Addresses.JOURNAL_READ, new Read(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "run")))
                .map(transcript -> RouteResponse.ok(RunViews.transcript(transcript)));
    }

    private Future<RouteResponse> delete(RoutingContext ctx) {
        return bus.request(
                        Addresses.STORE_DELETE_RUN,
                        new DeleteRun(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "run")))
                .map(_ -> RouteResponse.noContent());
    }

    private Future<RouteResponse> stop(RoutingContext ctx) {
        return bus.request(
                        Addresses.RUN_STOP,
                        new Stop(RequestCaller.origin(ctx), RequestCaller.pathId(ctx, "run"), "user"))
                .map(state -> RouteResponse.ok(RunViews.state(state)));
    }
}

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

    private Future<Answer> list(RoutingContext ctx) {
        Page page = Page.of(ctx.request());
        ListRuns listing = new ListRuns(Call.user(ctx), context(ctx.request()), page.limit(), page.after());
        return bus.ask(Addresses.STORE_LIST_RUNS, listing)
                .map(runs -> Answer.ok(Page.view(runs.data(), runs.next(), RunViews::run)));
    }

    private static Optional<String> context(HttpServerRequest request) {
        Optional<String> context = Optional.ofNullable(request.getParam("context_id"));
        Mistakes mistakes = new Mistakes();
        if (context.filter(Text.ID.fits().negate()).isPresent()) {
            mistakes.add("/context_id", Text.ID.rule(), Text.ID.words());
        }
        mistakes.raise();
        return context;
    }

    private Future<Answer> read(RoutingContext ctx) {
        return bus.ask(Addresses.JOURNAL_READ, new Read(Call.user(ctx), Call.id(ctx, "run")))
                .map(transcript -> Answer.ok(RunViews.transcript(transcript)));
    }

    private Future<Answer> delete(RoutingContext ctx) {
        return bus.ask(Addresses.STORE_DELETE_RUN, new DeleteRun(Call.user(ctx), Call.id(ctx, "run")))
                .map(_ -> Answer.gone());
    }

    private Future<Answer> stop(RoutingContext ctx) {
        return bus.ask(Addresses.RUN_STOP, new Stop(Call.origin(ctx), Call.id(ctx, "run"), "user"))
                .map(state -> Answer.ok(RunViews.state(state)));
    }
}

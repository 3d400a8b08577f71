package io.parley.http.context;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.PATCH;
import static io.vertx.core.http.HttpMethod.POST;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.ContextMessage.Change;
import io.parley.contract.ContextMessage.Create;
import io.parley.contract.ContextMessage.Delete;
import io.parley.contract.ContextMessage.ListContexts;
import io.parley.contract.ContextMessage.Load;
import io.parley.http.routing.Page;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Serves contexts, which group the conversations and flows of a user. */
public final class ContextRoutes {

    private static final String CONTEXTS = "/api/v1/contexts";
    private static final String CONTEXT = CONTEXTS + "/{id}";
    private static final TextRule NAME = TextRule.notBlank(1, 200);
    private static final TextRule PROMPT = TextRule.notBlank(0, 10_000);

    private final Bus bus;

    public ContextRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(RouteTable table) {
        table.on(POST, CONTEXTS, this::create)
                .on(GET, CONTEXTS, this::list)
                .on(GET, CONTEXT, this::load)
                .on(PATCH, CONTEXT, this::change)
                .on(DELETE, CONTEXT, this::delete);
    }

    private Future<RouteResponse> create(RoutingContext ctx, JsonFields body) {
        String name = body.text("name", NAME);
        Optional<String> prompt =
                body.removeNull("system_prompt") ? Optional.empty() : body.optionalText("system_prompt", PROMPT);
        body.finish();
        return bus.request(Addresses.CONTEXT_CREATE, new Create(RequestCaller.user(ctx), name, prompt))
                .map(context -> RouteResponse.created(ContextViews.context(context), CONTEXTS + "/" + context.id()));
    }

    private Future<RouteResponse> list(RoutingContext ctx) {
        Page page = Page.of(ctx.request());
        return bus.request(
                        Addresses.CONTEXT_LIST, new ListContexts(RequestCaller.user(ctx), page.limit(), page.after()))
                .map(contexts -> RouteResponse.ok(Page.view(contexts.data(), contexts.next(), ContextViews::context)));
    }

    private Future<RouteResponse> load(RoutingContext ctx) {
        return bus.request(Addresses.CONTEXT_LOAD, new Load(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "id")))
                .map(context -> RouteResponse.ok(ContextViews.context(context)));
    }

    private Future<RouteResponse> change(RoutingContext ctx, JsonFields body) {
        boolean cleared = body.removeNull("system_prompt");
        Change change = new Change(
                RequestCaller.user(ctx),
                RequestCaller.pathId(ctx, "id"),
                body.optionalText("name", NAME),
                body.optionalText("system_prompt", PROMPT),
                cleared);
        body.finish();
        return bus.request(Addresses.CONTEXT_CHANGE, change)
                .map(context -> RouteResponse.ok(ContextViews.context(context)));
    }

    private Future<RouteResponse> delete(RoutingContext ctx) {
        return bus.request(
                        Addresses.CONTEXT_DELETE, new Delete(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "id")))
                .map(_ -> RouteResponse.noContent());
    }
}

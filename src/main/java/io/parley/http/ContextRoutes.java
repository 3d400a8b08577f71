package io.parley.http;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.PATCH;
import static io.vertx.core.http.HttpMethod.POST;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.ContextMessage.Change;
import io.parley.contract.ContextMessage.Create;
import io.parley.contract.ContextMessage.Delete;
import io.parley.contract.ContextMessage.Listing;
import io.parley.contract.ContextMessage.Load;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** What a user keeps conversations and flows in. */
final class ContextRoutes {

    private static final String ALL = "/api/v1/contexts";
    private static final String ONE = ALL + "/{id}";
    private static final Text NAME = Text.words(1, 200);
    private static final Text PROMPT = Text.words(0, 10_000);

    private final Bus bus;

    ContextRoutes(Bus bus) {
        this.bus = bus;
    }

    void addTo(RouteTable table) {
        table.on(POST, ALL, this::create)
                .on(GET, ALL, this::list)
                .on(GET, ONE, this::load)
                .on(PATCH, ONE, this::change)
                .on(DELETE, ONE, this::delete);
    }

    private Future<Answer> create(RoutingContext ctx, Fields body) {
        String name = body.text("name", NAME);
        Optional<String> prompt =
                body.cleared("system_prompt") ? Optional.empty() : body.maybeText("system_prompt", PROMPT);
        body.end();
        return bus.ask(Addresses.CONTEXT_CREATE, new Create(Call.user(ctx), name, prompt))
                .map(context -> Answer.created(ContextViews.context(context), ALL + "/" + context.id()));
    }

    private Future<Answer> list(RoutingContext ctx) {
        Page page = Page.of(ctx.request());
        return bus.ask(Addresses.CONTEXT_LIST, new Listing(Call.user(ctx), page.limit(), page.after()))
                .map(contexts -> Answer.ok(Page.view(contexts.data(), contexts.next(), ContextViews::context)));
    }

    private Future<Answer> load(RoutingContext ctx) {
        return bus.ask(Addresses.CONTEXT_LOAD, new Load(Call.user(ctx), Call.id(ctx, "id")))
                .map(context -> Answer.ok(ContextViews.context(context)));
    }

    private Future<Answer> change(RoutingContext ctx, Fields body) {
        boolean cleared = body.cleared("system_prompt");
        Change change = new Change(
                Call.user(ctx),
                Call.id(ctx, "id"),
                body.maybeText("name", NAME),
                body.maybeText("system_prompt", PROMPT),
                cleared);
        body.end();
        return bus.ask(Addresses.CONTEXT_CHANGE, change).map(context -> Answer.ok(ContextViews.context(context)));
    }

    private Future<Answer> delete(RoutingContext ctx) {
        return bus.ask(Addresses.CONTEXT_DELETE, new Delete(Call.user(ctx), Call.id(ctx, "id")))
                .map(_ -> Answer.gone());
    }
}

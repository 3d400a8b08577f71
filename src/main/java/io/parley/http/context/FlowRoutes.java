package io.parley.http.context;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.PATCH;
import static io.vertx.core.http.HttpMethod.POST;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.FlowMessage.Change;
import io.parley.contract.FlowMessage.ClearableField;
import io.parley.contract.FlowMessage.Create;
import io.parley.contract.FlowMessage.Delete;
import io.parley.contract.FlowMessage.Draft;
import io.parley.contract.FlowMessage.ListFlows;
import io.parley.contract.FlowMessage.Load;
import io.parley.contract.FlowMessage.Priority;
import io.parley.contract.FlowMessage.Status;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.contract.StoreMessage.LoadRun;
import io.parley.http.routing.Page;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Serves flows: tasks that a user has created or that were extracted from a conversation. */
public final class FlowRoutes {

    private static final String CONTEXT_FLOWS = "/api/v1/contexts/{id}/flows";
    private static final String FLOW = "/api/v1/flows/{id}";
    private static final TextRule TITLE = TextRule.notBlank(1, 200);
    private static final TextRule DESCRIPTION = TextRule.notBlank(0, 10_000);

    private final Bus bus;

    public FlowRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(RouteTable table) {
        table.on(GET, CONTEXT_FLOWS, this::list)
                .on(POST, CONTEXT_FLOWS, this::create)
                .on(GET, FLOW, this::load)
                .on(PATCH, FLOW, this::change)
                .on(DELETE, FLOW, this::delete);
    }

    private Future<RouteResponse> create(RoutingContext ctx, JsonFields body) {
        Draft draft = new Draft(
                body.text("title", TITLE),
                nullable(body, "description", DESCRIPTION),
                body.optionalOneOf("priority", Priority.class).orElse(Priority.MEDIUM),
                nullable(body, "due_date", TextRule.DATE),
                body.optionalFlag("reminder_enabled").orElse(false),
                body.optionalOneOf("status", Status.class).orElse(Status.OPEN),
                nullable(body, "source_run", TextRule.ID));
        body.finish();
        return requireOwnRun(RequestCaller.user(ctx), draft.sourceRun())
                .compose(_ -> bus.request(
                        Addresses.FLOW_CREATE,
                        new Create(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "id"), draft)))
                .map(flow -> RouteResponse.created(ContextViews.flow(flow), "/api/v1/flows/" + flow.id()));
    }

    /** Fails unless {@code sourceRun} is empty or a run of the user. */
    private Future<?> requireOwnRun(String user, Optional<String> sourceRun) {
        return sourceRun.isEmpty()
                ? Future.succeededFuture()
                : bus.request(Addresses.STORE_LOAD_RUN, new LoadRun(Optional.of(user), sourceRun.get()))
                        .recover(cause -> Future.failedFuture(
                                Problem.of(cause) instanceof Problem.NotFound ? noSuchRun() : cause));
    }

    private static Throwable noSuchRun() {
        return new Problem.Invalid(
                        List.of(new Violation("/source_run", "reference", "must be one of your conversations")))
                .toException();
    }

    private static Optional<String> nullable(JsonFields body, String name, TextRule rule) {
        return body.removeNull(name) ? Optional.empty() : body.optionalText(name, rule);
    }

    private Future<RouteResponse> list(RoutingContext ctx) {
        Page page = Page.of(ctx.request());
        ListFlows listing =
                new ListFlows(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "id"), page.limit(), page.after());
        return bus.request(Addresses.FLOW_LIST, listing)
                .map(flows -> RouteResponse.ok(Page.view(flows.data(), flows.next(), ContextViews::flow)));
    }

    private Future<RouteResponse> load(RoutingContext ctx) {
        return bus.request(Addresses.FLOW_LOAD, new Load(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "id")))
                .map(flow -> RouteResponse.ok(ContextViews.flow(flow)));
    }

    private Future<RouteResponse> change(RoutingContext ctx, JsonFields body) {
        Set<ClearableField> cleared = EnumSet.noneOf(ClearableField.class);
        if (body.removeNull("description")) {
            cleared.add(ClearableField.DESCRIPTION);
        }
        if (body.removeNull("due_date")) {
            cleared.add(ClearableField.DUE_DATE);
        }
        Change change = new Change(
                RequestCaller.user(ctx),
                RequestCaller.pathId(ctx, "id"),
                body.optionalText("title", TITLE),
                body.optionalText("description", DESCRIPTION),
                body.optionalOneOf("priority", Priority.class),
                body.optionalText("due_date", TextRule.DATE),
                body.optionalFlag("reminder_enabled"),
                body.optionalOneOf("status", Status.class),
                cleared);
        body.finish();
        return bus.request(Addresses.FLOW_CHANGE, change).map(flow -> RouteResponse.ok(ContextViews.flow(flow)));
    }

    private Future<RouteResponse> delete(RoutingContext ctx) {
        return bus.request(Addresses.FLOW_DELETE, new Delete(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "id")))
                .map(_ -> RouteResponse.noContent());
    }
}

package io.parley.http.conversation;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.PATCH;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.parley.contract.RunMessage.Action;
import io.parley.contract.RunMessage.Command;
import io.parley.contract.RunMessage.Fork;
import io.parley.contract.RunMessage.Pause;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.Resume;
import io.parley.contract.RunMessage.StartDuo;
import io.parley.contract.RunMessage.Step;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunSpec;
import io.parley.contract.StoreMessage.ListRuns;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.http.routing.DuoStartLimiter;
import io.parley.http.routing.Page;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RequestHeaders;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.http.server.DrainState;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves two-agent conversations: start, list, read, stream, control, fork. */
public final class DuoRoutes {

    private static final String RUN = "/api/run/{id}";
    private static final Pattern INDEX = Pattern.compile("[01]");
    private static final Pattern REVISION = Pattern.compile("(?:W/)?\"?(\\d{1,9})\"?");

    private final Bus bus;
    private final int maxTurns;
    private final RunStreamer streamer;
    private final DrainState drainState;
    private final DuoStartLimiter startLimiter;

    public DuoRoutes(Bus bus, int maxTurns, RunStreamer streamer, DrainState drainState, DuoStartLimiter startLimiter) {
        this.bus = bus;
        this.maxTurns = maxTurns;
        this.streamer = streamer;
        this.drainState = drainState;
        this.startLimiter = startLimiter;
    }

    public void addTo(RouteTable table) {
        table.raw(POST, "/api/run", ctx -> begin(table, ctx))
                .on(GET, "/api/runs", this::list)
                .on(GET, RUN, this::read)
                .on(PATCH, RUN + "/bot/{index}", this::patch)
                .on(POST, RUN + "/stop", this::stop)
                .on(POST, RUN + "/pause", ctx -> command(ctx, Pause::new))
                .on(POST, RUN + "/resume", ctx -> command(ctx, Resume::new))
                .on(POST, RUN + "/step", ctx -> command(ctx, Step::new))
                .on(POST, RUN + "/inject", this::inject)
                .raw(POST, RUN + "/fork", ctx -> fork(table, ctx))
                .raw(
                        GET,
                        "/api/stream/{id}",
                        ctx -> streamer.attach(ctx, RequestCaller.pathId(ctx, "id"), RunStreamer.Kind.DUO));
    }

    private void begin(RouteTable table, RoutingContext ctx) {
        drainState.rejectIfDraining();
        startLimiter.acquire(ctx.request());
        table.body(ctx, IdempotentBody.parser(RequestHeaders.idempotencyKey(ctx.request())))
                .compose(body -> {
                    JsonFields fields = body.fields();
                    Optional<String> context = fields.optionalText("context_id", TextRule.ID);
                    RunSpec.Duo duo = DuoBody.duo(fields, maxTurns);
                    fields.finish();
                    return bus.request(
                            Addresses.RUN_START_DUO,
                            new StartDuo(RequestCaller.origin(ctx), context, duo, body.idempotency()));
                })
                .onSuccess(stream -> created(ctx, stream))
                .onFailure(ctx::fail);
    }

    private void fork(RouteTable table, RoutingContext ctx) {
        drainState.rejectIfDraining();
        startLimiter.acquire(ctx.request());
        table.body(ctx, IdempotentBody.parser(RequestHeaders.idempotencyKey(ctx.request())))
                .compose(body -> {
                    DuoBody.ForkRequest request = DuoBody.forkRequest(body.fields());
                    body.fields().finish();
                    return bus.request(
                            Addresses.RUN_FORK,
                            new Fork(
                                    RequestCaller.origin(ctx),
                                    RequestCaller.pathId(ctx, "id"),
                                    request.atTurn(),
                                    request.bots(),
                                    body.idempotency()));
                })
                .onSuccess(stream -> created(ctx, stream))
                .onFailure(ctx::fail);
    }

    private static void created(RoutingContext ctx, StreamRef stream) {
        ObjectNode view = JsonNodeFactory.instance.objectNode().put("id", stream.streamId());
        RouteResponse.created(view, "/api/run/" + stream.streamId()).send(ctx.response());
    }

    private Future<RouteResponse> list(RoutingContext ctx) {
        Page page = Page.of(ctx.request());
        return bus.request(
                        Addresses.STORE_LIST_RUNS,
                        new ListRuns(RequestCaller.user(ctx), Optional.empty(), page.limit(), page.after()))
                .map(runs -> RouteResponse.ok(Page.view(runs.data(), runs.next(), RunViews::run)));
    }

    private Future<RouteResponse> read(RoutingContext ctx) {
        return bus.request(Addresses.JOURNAL_READ, new Read(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "id")))
                .map(transcript -> RouteResponse.ok(DuoViews.run(transcript)));
    }

    private Future<RouteResponse> stop(RoutingContext ctx) {
        return bus.request(
                        Addresses.RUN_STOP,
                        new Stop(RequestCaller.origin(ctx), RequestCaller.pathId(ctx, "id"), "user"))
                .map(state -> RouteResponse.ok(RunViews.state(state)));
    }

    private Future<RouteResponse> command(RoutingContext ctx, Supplier<Action> action) {
        return sendCommand(ctx, action.get());
    }

    private Future<RouteResponse> inject(RoutingContext ctx, JsonFields fields) {
        Action inject = DuoBody.inject(fields);
        fields.finish();
        return sendCommand(ctx, inject);
    }

    private Future<RouteResponse> patch(RoutingContext ctx, JsonFields fields) {
        String index = RequestCaller.pathId(ctx, "index");
        if (!INDEX.matcher(index).matches()) {
            throw new Problem.NotFound().toException();
        }
        Action patch = DuoBody.patch(fields, Integer.parseInt(index), revision(ctx.request()));
        fields.finish();
        return sendCommand(ctx, patch);
    }

    private Future<RouteResponse> sendCommand(RoutingContext ctx, Action action) {
        Optional<String> key = RequestHeaders.idempotencyKey(ctx.request());
        return bus.request(
                        Addresses.RUN_COMMAND,
                        new Command(RequestCaller.origin(ctx), RequestCaller.pathId(ctx, "id"), key, action))
                .map(state -> {
                    state.bot().ifPresent(bot -> ctx.response().putHeader("ETag", "\"" + bot.revision() + "\""));
                    return RouteResponse.ok(RunViews.state(state));
                });
    }

    private static OptionalInt revision(HttpServerRequest request) {
        Optional<String> header =
                Optional.ofNullable(request.getHeader("If-Match")).filter(text -> !text.equals("*"));
        if (header.isEmpty()) {
            return OptionalInt.empty();
        }
        Matcher matcher = REVISION.matcher(header.get().strip());
        return OptionalInt.of(matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1);
    }
}

package io.parley.http;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.PATCH;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.Problem;
import io.parley.contract.RunMessage.Command;
import io.parley.contract.RunMessage.Fork;
import io.parley.contract.RunMessage.Idempotency;
import io.parley.contract.RunMessage.Action;
import io.parley.contract.RunMessage.Pause;
import io.parley.contract.RunMessage.Read;
import io.parley.contract.RunMessage.Resume;
import io.parley.contract.RunMessage.StartDuo;
import io.parley.contract.RunMessage.Step;
import io.parley.contract.RunMessage.Stop;
import io.parley.contract.RunSpec;
import io.parley.contract.StoreMessage.ListRuns;
import io.parley.contract.StreamMessage.StreamRef;
import io.parley.json.JsonFields;
import io.parley.json.StrictJsonReader;
import io.parley.json.TextRule;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two-agent conversations: begun, watched, and told what to do. */
final class DuoRoutes {

    private static final String ONE = "/api/run/{id}";
    private static final Pattern INDEX = Pattern.compile("[01]");
    private static final Pattern REVISION = Pattern.compile("(?:W/)?\"?(\\d{1,9})\"?");

    private final Bus bus;
    private final int maxTurns;
    private final RunStreamer streamer;
    private final DrainState draining;
    private final DuoStartLimiter limit;

    DuoRoutes(Bus bus, int maxTurns, RunStreamer streamer, DrainState draining, DuoStartLimiter limit) {
        this.bus = bus;
        this.maxTurns = maxTurns;
        this.streamer = streamer;
        this.draining = draining;
        this.limit = limit;
    }

    void addTo(RouteTable table) {
        table.raw(POST, "/api/run", ctx -> begin(table, ctx))
                .on(GET, "/api/runs", this::list)
                .on(GET, ONE, this::read)
                .on(PATCH, ONE + "/bot/{index}", this::patch)
                .on(POST, ONE + "/stop", this::stop)
                .on(POST, ONE + "/pause", ctx -> command(ctx, Pause::new))
                .on(POST, ONE + "/resume", ctx -> command(ctx, Resume::new))
                .on(POST, ONE + "/step", ctx -> command(ctx, Step::new))
                .on(POST, ONE + "/inject", this::inject)
                .raw(POST, ONE + "/fork", ctx -> fork(table, ctx))
                .raw(GET, "/api/stream/{id}", ctx -> streamer.attach(ctx, RequestCaller.id(ctx, "id"), RunStreamer.Kind.DUO));
    }

    private void begin(RouteTable table, RoutingContext ctx) {
        draining.refuse();
        limit.take(ctx.request());
        Optional<String> key = RequestHeaders.idempotencyKey(ctx.request());
        table.body(ctx)
                .compose(raw -> {
                    JsonFields fields = StrictJsonReader.request(raw.getBytes());
                    Optional<String> context = fields.optionalText("context_id", TextRule.ID);
                    RunSpec.Duo duo = DuoBody.duo(fields, maxTurns);
                    fields.finish();
                    return bus.ask(
                            Addresses.RUN_START_DUO, new StartDuo(RequestCaller.origin(ctx), context, duo, once(key, raw)));
                })
                .onSuccess(opened -> created(ctx, opened))
                .onFailure(ctx::fail);
    }

    private void fork(RouteTable table, RoutingContext ctx) {
        draining.refuse();
        limit.take(ctx.request());
        Optional<String> key = RequestHeaders.idempotencyKey(ctx.request());
        table.body(ctx)
                .compose(raw -> {
                    JsonFields fields = StrictJsonReader.request(raw.getBytes());
                    DuoBody.Branch branch = DuoBody.branch(fields);
                    fields.finish();
                    return bus.ask(
                            Addresses.RUN_FORK,
                            new Fork(
                                    RequestCaller.origin(ctx),
                                    RequestCaller.id(ctx, "id"),
                                    branch.atTurn(),
                                    branch.bots(),
                                    once(key, raw)));
                })
                .onSuccess(opened -> created(ctx, opened))
                .onFailure(ctx::fail);
    }

    private static Optional<Idempotency> once(Optional<String> key, Buffer body) {
        return key.map(name -> new Idempotency(name, RequestHeaders.digest(body.getBytes())));
    }

    private static void created(RoutingContext ctx, StreamRef opened) {
        ObjectNode view = JsonNodeFactory.instance.objectNode().put("id", opened.streamId());
        RouteResponse.created(view, "/api/run/" + opened.streamId()).send(ctx.response());
    }

    private Future<RouteResponse> list(RoutingContext ctx) {
        Page page = Page.of(ctx.request());
        return bus.ask(
                        Addresses.STORE_LIST_RUNS,
                        new ListRuns(RequestCaller.user(ctx), Optional.empty(), page.limit(), page.after()))
                .map(runs -> RouteResponse.ok(Page.view(runs.data(), runs.next(), RunViews::run)));
    }

    private Future<RouteResponse> read(RoutingContext ctx) {
        return bus.ask(Addresses.JOURNAL_READ, new Read(RequestCaller.user(ctx), RequestCaller.id(ctx, "id")))
                .map(transcript -> RouteResponse.ok(DuoViews.run(transcript)));
    }

    private Future<RouteResponse> stop(RoutingContext ctx) {
        return bus.ask(Addresses.RUN_STOP, new Stop(RequestCaller.origin(ctx), RequestCaller.id(ctx, "id"), "user"))
                .map(state -> RouteResponse.ok(RunViews.state(state)));
    }

    private Future<RouteResponse> command(RoutingContext ctx, Supplier<Action> order) {
        return tell(ctx, order.get());
    }

    private Future<RouteResponse> inject(RoutingContext ctx, JsonFields fields) {
        Action inject = DuoBody.inject(fields);
        fields.finish();
        return tell(ctx, inject);
    }

    private Future<RouteResponse> patch(RoutingContext ctx, JsonFields fields) {
        String index = RequestCaller.id(ctx, "index");
        if (!INDEX.matcher(index).matches()) {
            throw new Problem.NotFound().toException();
        }
        Action patch = DuoBody.patch(fields, Integer.parseInt(index), revision(ctx.request()));
        fields.finish();
        return tell(ctx, patch);
    }

    private Future<RouteResponse> tell(RoutingContext ctx, Action order) {
        Optional<String> key = RequestHeaders.idempotencyKey(ctx.request());
        return bus.ask(Addresses.RUN_COMMAND, new Command(RequestCaller.origin(ctx), RequestCaller.id(ctx, "id"), key, order))
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

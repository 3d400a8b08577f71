package io.parley.http.ai;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.GatewayMessage.GetStatus;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.GatewayMessage.Resolved;
import io.parley.contract.Problem;
import io.parley.contract.UsageMessage.Estimate;
import io.parley.http.generation.GenerationHeaders;
import io.parley.http.generation.GenerationRequest;
import io.parley.http.generation.GenerationService;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RequestHeaders;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.http.server.RequestState;
import io.parley.json.JsonFields;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Serves stateless generation in Parley's own format, cost estimates and provider health; every route has two paths. */
public final class AiRoutes {

    private static final List<String> ROOTS = List.of("/api/v1/ai", "/ai");

    private final Bus bus;
    private final GenerationService generationService;
    private final Ids ids;
    private final LongSupplier nanos;

    public AiRoutes(Bus bus, GenerationService generationService, Ids ids, LongSupplier nanos) {
        this.bus = bus;
        this.generationService = generationService;
        this.ids = ids;
        this.nanos = nanos;
    }

    public void addTo(RouteTable table) {
        ROOTS.forEach(root -> table.on(POST, root + "/generate", this::generate)
                .raw(POST, root + "/stream", ctx -> stream(table, ctx))
                .on(POST, root + "/estimate", this::estimate)
                .on(GET, root + "/providers/health", this::health));
    }

    private Future<RouteResponse> generate(RoutingContext ctx, JsonFields fields) {
        AiBody body = AiBody.read(fields, GenerationHeaders.caching(ctx.request()));
        String requestId = RequestState.of(ctx).id();
        long startedAt = nanos.getAsLong();
        return generationService
                .collect(ctx, body.generation())
                .map(answer -> RouteResponse.ok(AiViews.answer(
                        answer, body.thinking(), requestId, Duration.ofNanos(nanos.getAsLong() - startedAt))));
    }

    private void stream(RouteTable table, RoutingContext ctx) {
        RequestHeaders.acceptEvents(ctx.request());
        table.body(ctx, StrictJsonReader::request)
                .map(fields -> AiBody.read(fields, GenerationHeaders.caching(ctx.request())))
                .map(request -> {
                    generationService.stream(
                            ctx,
                            request.generation(),
                            new AiSse(RequestState.of(ctx).id(), request.thinking()));
                    return request;
                })
                .onFailure(ctx::fail);
    }

    private Future<RouteResponse> estimate(RoutingContext ctx, JsonFields fields) {
        GenerationRequest request =
                AiBody.read(fields, GenerationHeaders.caching(ctx.request())).generation();
        Caller caller = RequestCaller.caller(ctx);
        return bus.request(Addresses.GATEWAY_RESOLVE, new Resolve(request.selection()))
                .compose(resolved -> caller.mayUse(resolved.provider(), resolved.model())
                        ? estimate(request, resolved)
                        : Future.failedFuture(new Problem.ModelNotAllowed().toException()));
    }

    private Future<RouteResponse> estimate(GenerationRequest request, Resolved resolved) {
        Estimate estimate = new Estimate(ids.next("call_"), resolved.provider(), resolved.model(), request.prompt());
        return bus.request(Addresses.USAGE_ESTIMATE, estimate)
                .map(estimated -> RouteResponse.ok(AiViews.estimate(resolved, estimated)));
    }

    private Future<RouteResponse> health(RoutingContext ctx) {
        return bus.request(Addresses.GATEWAY_STATUS, new GetStatus())
                .map(state -> RouteResponse.ok(AiViews.health(state)));
    }
}

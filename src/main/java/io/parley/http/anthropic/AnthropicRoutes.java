package io.parley.http.anthropic;

import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.ApiFormat;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.UsageMessage.Estimate;
import io.parley.http.generation.GenerationHeaders;
import io.parley.http.generation.GenerationRequest;
import io.parley.http.generation.GenerationService;
import io.parley.http.generation.NativeRequests;
import io.parley.http.generation.ParsedRequest;
import io.parley.http.generation.Translation;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.http.server.RequestState;
import io.parley.json.JsonFields;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** Serves Anthropic's messages and {@code count_tokens} for every provider. */
public final class AnthropicRoutes {

    static final String ROOT = "/v1/messages";

    private final Bus bus;
    private final GenerationService generationService;
    private final Ids ids;

    public AnthropicRoutes(Bus bus, GenerationService generationService, Ids ids) {
        this.bus = bus;
        this.generationService = generationService;
        this.ids = ids;
    }

    public void addTo(RouteTable table) {
        table.raw(
                        POST,
                        ROOT,
                        ctx -> table.body(ctx, body -> read(ctx, body))
                                .map(parsed -> respond(table, ctx, parsed))
                                .onFailure(ctx::fail))
                .raw(
                        POST,
                        ROOT + "/count_tokens",
                        ctx -> table.send(
                                ctx,
                                table.body(ctx, StrictJsonReader::compatibleRequest)
                                        .compose(fields -> count(ctx, fields))));
    }

    private static ParsedRequest read(RoutingContext ctx, byte[] body) {
        JsonFields fields = StrictJsonReader.compatibleRequest(body);
        Translation translation = AnthropicBody.translate(
                fields, AnthropicVersion.of(ctx.request()), GenerationHeaders.caching(ctx.request()));
        return NativeRequests.of(
                translation, ApiFormat.ANTHROPIC_MESSAGES, UnsignedThinking.removed(body, fields), ctx.request());
    }

    private ParsedRequest respond(RouteTable table, RoutingContext ctx, ParsedRequest parsed) {
        GenerationRequest request = parsed.request();
        String requestId = RequestState.of(ctx).id();
        AnthropicErrors.addRequestId(ctx.response(), requestId);
        String id = ids.next("msg_");
        if (parsed.stream()) {
            generationService.stream(ctx, request, new AnthropicSse(id, requestId));
        } else {
            table.send(
                    ctx,
                    generationService
                            .collect(ctx, request)
                            .map(answer -> answer.nativeBody()
                                    .map(RouteResponse::json)
                                    .orElseGet(() -> RouteResponse.ok(AnthropicViews.message(id, answer)))));
        }
        return parsed;
    }

    private Future<RouteResponse> count(RoutingContext ctx, JsonFields fields) {
        GenerationRequest request = AnthropicBody.readForCount(fields, AnthropicVersion.of(ctx.request()));
        AnthropicErrors.addRequestId(ctx.response(), RequestState.of(ctx).id());
        return bus.request(Addresses.GATEWAY_RESOLVE, new Resolve(request.selection()))
                .compose(resolved -> bus.request(
                        Addresses.USAGE_ESTIMATE,
                        new Estimate(ids.next("call_"), resolved.provider(), resolved.model(), request.prompt())))
                .map(estimated -> RouteResponse.ok(
                        JsonNodeFactory.instance.objectNode().put("input_tokens", estimated.inputTokens())));
    }
}

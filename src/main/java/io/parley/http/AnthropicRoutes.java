package io.parley.http;

import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.UsageMessage.Estimate;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Anthropic's wire format: answers of which nothing is kept, by whatever vendor. */
final class AnthropicRoutes {

    static final String ROOT = "/v1/messages";

    private final Bus bus;
    private final GenerationService generations;
    private final Ids ids;

    AnthropicRoutes(Bus bus, GenerationService generations, Ids ids) {
        this.bus = bus;
        this.generations = generations;
        this.ids = ids;
    }

    void addTo(RouteTable table) {
        table.raw(
                        POST,
                        ROOT,
                        ctx -> table.body(ctx)
                                .map(body -> read(ctx, body))
                                .map(asked -> answer(table, ctx, asked))
                                .onFailure(ctx::fail))
                .raw(
                        POST,
                        ROOT + "/count_tokens",
                        ctx -> table.send(ctx, table.body(ctx).compose(body -> count(ctx, body))));
    }

    private static AnthropicBody read(RoutingContext ctx, Buffer body) {
        return AnthropicBody.read(
                StrictJsonReader.compatibleRequest(body.getBytes()),
                AnthropicVersion.of(ctx.request()),
                GenerationHeaders.caching(ctx.request()));
    }

    private AnthropicBody answer(RouteTable table, RoutingContext ctx, AnthropicBody asked) {
        String requestId = RequestState.of(ctx).id();
        AnthropicErrors.name(ctx.response(), requestId);
        String id = ids.next("msg_");
        if (asked.stream()) {
            generations.stream(ctx, asked.question(), new AnthropicSse(id, requestId));
        } else {
            table.send(
                    ctx,
                    generations.whole(ctx, asked.question()).map(whole -> RouteResponse.ok(AnthropicViews.message(id, whole))));
        }
        return asked;
    }

    private Future<RouteResponse> count(RoutingContext ctx, Buffer body) {
        GenerationRequest question = AnthropicBody.counted(
                StrictJsonReader.compatibleRequest(body.getBytes()), AnthropicVersion.of(ctx.request()));
        AnthropicErrors.name(ctx.response(), RequestState.of(ctx).id());
        return bus.ask(Addresses.GATEWAY_CHECK, new Resolve(question.choice()))
                .compose(checked -> bus.ask(
                        Addresses.USAGE_ESTIMATE,
                        new Estimate(ids.next("call_"), checked.provider(), checked.model(), question.prompt())))
                .map(estimated ->
                        RouteResponse.ok(JsonNodeFactory.instance.objectNode().put("input_tokens", estimated.inputTokens())));
    }
}

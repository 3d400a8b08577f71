package io.parley.http;

import static io.vertx.core.http.HttpMethod.POST;

import io.parley.bus.Ids;
import io.parley.http.OpenAiBody.Parsed;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/** OpenAI's chat completions, whoever answers: programs need nothing but another base URL. */
final class OpenAiRoutes {

    private final GenerationService generations;
    private final Ids ids;
    private final LongSupplier nanos;

    OpenAiRoutes(GenerationService generations, Ids ids, LongSupplier nanos) {
        this.generations = generations;
        this.ids = ids;
        this.nanos = nanos;
    }

    void addTo(RouteTable table) {
        table.raw(POST, "/v1/chat/completions", ctx -> complete(table, ctx));
    }

    private void complete(RouteTable table, RoutingContext ctx) {
        tellHowLong(ctx);
        table.body(ctx)
                .compose(body -> {
                    Parsed asked = OpenAiBody.read(
                            StrictJsonReader.compatibleRequest(body.getBytes()), GenerationHeaders.caching(ctx.request()));
                    return asked.stream() ? stream(ctx, asked) : whole(table, ctx, asked);
                })
                .onFailure(ctx::fail);
    }

    private Future<Void> stream(RoutingContext ctx, Parsed asked) {
        generations.stream(ctx, asked.question(), new OpenAiSse(nextId(), now(), asked.usage()));
        return Future.succeededFuture();
    }

    private Future<Void> whole(RouteTable table, RoutingContext ctx, Parsed asked) {
        table.send(
                ctx,
                generations
                        .whole(ctx, asked.question())
                        .map(whole -> RouteResponse.ok(OpenAiViews.completion(nextId(), now(), whole))));
        return Future.succeededFuture();
    }

    private void tellHowLong(RoutingContext ctx) {
        long began = nanos.getAsLong();
        HttpServerResponse response = ctx.response();
        ctx.addHeadersEndHandler(_ -> response.putHeader(
                "openai-processing-ms",
                Long.toString(Duration.ofNanos(nanos.getAsLong() - began).toMillis())));
    }

    private String nextId() {
        return ids.next("chatcmpl-");
    }

    private Instant now() {
        return ids.clock().instant();
    }
}

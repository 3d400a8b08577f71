package io.parley.http.openai;

import static io.vertx.core.http.HttpMethod.POST;

import io.parley.bus.Ids;
import io.parley.contract.ApiFormat;
import io.parley.http.generation.GenerationHeaders;
import io.parley.http.generation.GenerationRequest;
import io.parley.http.generation.GenerationService;
import io.parley.http.generation.NativeRequests;
import io.parley.http.generation.ParsedRequest;
import io.parley.http.generation.Translation;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.json.JsonFields;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/** Serves OpenAI's chat completions for every provider: OpenAI clients only need a different base URL. */
public final class OpenAiRoutes {

    private final GenerationService generationService;
    private final Ids ids;
    private final LongSupplier nanos;

    public OpenAiRoutes(GenerationService generationService, Ids ids, LongSupplier nanos) {
        this.generationService = generationService;
        this.ids = ids;
        this.nanos = nanos;
    }

    public void addTo(RouteTable table) {
        table.raw(POST, "/v1/chat/completions", ctx -> complete(table, ctx));
    }

    private void complete(RouteTable table, RoutingContext ctx) {
        addProcessingTime(ctx);
        table.body(ctx, body -> read(ctx, body))
                .compose(received -> received.parsed().stream()
                        ? stream(ctx, received.parsed(), received.functions())
                        : collect(table, ctx, received.parsed().request(), received.functions()))
                .onFailure(ctx::fail);
    }

    /** @param functions whether the client asks with {@code functions}, from before there were tools */
    private record Received(ParsedRequest parsed, boolean functions) {}

    private static Received read(RoutingContext ctx, byte[] body) {
        JsonFields fields = StrictJsonReader.compatibleRequest(body);
        boolean functions = OpenAiTools.areFunctions(fields);
        Translation translation = OpenAiBody.translate(fields, GenerationHeaders.caching(ctx.request()));
        return new Received(NativeRequests.of(translation, ApiFormat.OPENAI_CHAT, body, ctx.request()), functions);
    }

    private Future<Void> stream(RoutingContext ctx, ParsedRequest parsed, boolean functions) {
        generationService.streamChoices(
                ctx, parsed.request(), new OpenAiSse(nextId(), now(), parsed.includeUsage(), functions));
        return Future.succeededFuture();
    }

    private Future<Void> collect(RouteTable table, RoutingContext ctx, GenerationRequest request, boolean functions) {
        table.send(
                ctx,
                generationService
                        .collectChoices(ctx, request)
                        .map(answers -> answers.getFirst()
                                .nativeBody()
                                .map(RouteResponse::json)
                                .orElseGet(() -> RouteResponse.ok(
                                        OpenAiViews.completion(nextId(), now(), answers, functions)))));
        return Future.succeededFuture();
    }

    private void addProcessingTime(RoutingContext ctx) {
        long startedAt = nanos.getAsLong();
        HttpServerResponse response = ctx.response();
        ctx.addHeadersEndHandler(_ -> response.putHeader(
                "openai-processing-ms",
                Long.toString(Duration.ofNanos(nanos.getAsLong() - startedAt).toMillis())));
    }

    private String nextId() {
        return ids.next("chatcmpl-");
    }

    private Instant now() {
        return ids.clock().instant();
    }
}

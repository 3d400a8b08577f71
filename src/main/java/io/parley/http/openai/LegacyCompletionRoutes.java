package io.parley.http.openai;

import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Ids;
import io.parley.contract.AnswerEvent;
import io.parley.contract.AnswerEvent.Delta;
import io.parley.contract.AnswerEvent.Refusal;
import io.parley.contract.ApiFormat;
import io.parley.http.generation.CollectedAnswer.Result;
import io.parley.http.generation.GenerationHeaders;
import io.parley.http.generation.GenerationRequest;
import io.parley.http.generation.GenerationService;
import io.parley.http.generation.NativeRequests;
import io.parley.http.generation.ParsedRequest;
import io.parley.http.generation.Translation;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;

/**
 * Serves OpenAI's legacy completions: as they are for providers that have them, with chat models for all others, for programs that never
 * changed to chat completions.
 */
public final class LegacyCompletionRoutes {

    private final GenerationService generationService;
    private final Ids ids;

    public LegacyCompletionRoutes(GenerationService generationService, Ids ids) {
        this.generationService = generationService;
        this.ids = ids;
    }

    public void addTo(RouteTable table) {
        table.raw(
                POST,
                "/v1/completions",
                ctx -> table.body(ctx, body -> read(ctx, body))
                        .compose(parsed -> complete(table, ctx, parsed))
                        .onFailure(ctx::fail));
    }

    private static ParsedRequest read(RoutingContext ctx, byte[] body) {
        Translation translation = LegacyCompletionBody.translate(
                StrictJsonReader.compatibleRequest(body), GenerationHeaders.caching(ctx.request()));
        return NativeRequests.of(translation, ApiFormat.OPENAI_COMPLETIONS, body, ctx.request());
    }

    private Future<Void> complete(RouteTable table, RoutingContext ctx, ParsedRequest parsed) {
        GenerationRequest request = parsed.request();
        String id = ids.next("cmpl-");
        Instant created = ids.clock().instant();
        if (parsed.stream()) {
            generationService.stream(ctx, request, new LegacyCompletionSse(id, created, parsed.includeUsage()));
        } else {
            table.send(
                    ctx,
                    generationService
                            .collect(ctx, request)
                            .map(answer -> answer.nativeBody()
                                    .map(RouteResponse::json)
                                    .orElseGet(() -> RouteResponse.ok(completion(id, created, answer)))));
        }
        return Future.succeededFuture();
    }

    private static ObjectNode completion(String id, Instant created, Result answer) {
        ObjectNode view = JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", "text_completion")
                .put("created", created.getEpochSecond())
                .put("model", answer.handle().model());
        view.putArray("choices")
                .addObject()
                .put("text", text(answer))
                .put("index", 0)
                .putNull("logprobs")
                .put("finish_reason", OpenAiViews.reason(answer.end().reason()));
        view.set("usage", OpenAiViews.usage(answer.end().usage()));
        view.set(
                "x_parley",
                OpenAiViews.parleyExtension(answer.handle(), answer.end().usage()));
        return view;
    }

    /** The text of the answer; the format has no field of its own for a refusal. */
    private static String text(Result answer) {
        StringBuilder text = new StringBuilder();
        for (AnswerEvent event : answer.events()) {
            if (event instanceof Delta delta) {
                text.append(delta.text());
            } else if (event instanceof Refusal refusal) {
                text.append(refusal.text());
            }
        }
        return text.toString();
    }
}

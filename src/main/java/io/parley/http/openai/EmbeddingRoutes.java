package io.parley.http.openai;

import static io.vertx.core.http.HttpMethod.POST;

import io.parley.contract.ApiFormat;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Fault;
import io.parley.http.generation.CollectedAnswer.Result;
import io.parley.http.generation.GenerationHeaders;
import io.parley.http.generation.GenerationRequest;
import io.parley.http.generation.GenerationService;
import io.parley.http.generation.NativeRequests;
import io.parley.http.generation.Translation;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.json.StrictJsonReader;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Serves OpenAI's embeddings, for the providers that have models for them. */
public final class EmbeddingRoutes {

    private final GenerationService generationService;

    public EmbeddingRoutes(GenerationService generationService) {
        this.generationService = generationService;
    }

    public void addTo(RouteTable table) {
        table.raw(
                POST,
                "/v1/embeddings",
                ctx -> table.send(
                        ctx,
                        table.body(ctx, body -> read(ctx, body))
                                .compose(request -> generationService.collect(ctx, request))
                                .map(EmbeddingRoutes::response)));
    }

    private static GenerationRequest read(RoutingContext ctx, byte[] body) {
        Translation translation = EmbeddingBody.translate(
                StrictJsonReader.compatibleRequest(body), GenerationHeaders.caching(ctx.request()));
        return NativeRequests.of(translation, ApiFormat.OPENAI_EMBEDDINGS, body, ctx.request())
                .request();
    }

    /** The provider's response as it is, or as it was translated. */
    private static RouteResponse response(Result answer) {
        return answer.nativeBody()
                .map(RouteResponse::json)
                .orElseThrow(
                        () -> new Problem.ProviderFailed(answer.handle().provider(), Fault.PROTOCOL, Optional.empty())
                                .toException());
    }
}

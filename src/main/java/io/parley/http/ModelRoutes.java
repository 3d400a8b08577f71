package io.parley.http;

import static io.vertx.core.http.HttpMethod.GET;

import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.AuthMessage.Caller;
import io.parley.contract.GatewayMessage.GetStatus;
import io.parley.contract.GatewayMessage.Model;
import io.parley.contract.Problem;
import io.parley.http.anthropic.AnthropicModels;
import io.parley.http.openai.OpenAiViews;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Lists the models that the caller may use, in the format of OpenAI or, with {@code anthropic-version}, of Anthropic. */
final class ModelRoutes {

    private static final String MODELS = "/v1/models";

    private final Bus bus;

    ModelRoutes(Bus bus) {
        this.bus = bus;
    }

    void addTo(RouteTable table) {
        table.on(GET, MODELS, this::list).on(GET, MODELS + "/{model}", this::read);
    }

    private Future<RouteResponse> list(RoutingContext ctx) {
        return models(ctx)
                .map(models ->
                        RouteResponse.ok(isAnthropic(ctx) ? AnthropicModels.list(models) : OpenAiViews.models(models)));
    }

    private Future<RouteResponse> read(RoutingContext ctx) {
        String id = requestedId(ctx);
        return models(ctx)
                .map(models -> models.stream()
                        .filter(model -> model.id().equals(id))
                        .findFirst()
                        .orElseThrow(() -> new Problem.NotFound().toException()))
                .map(model ->
                        RouteResponse.ok(isAnthropic(ctx) ? AnthropicModels.model(model) : OpenAiViews.model(model)));
    }

    private Future<List<Model>> models(RoutingContext ctx) {
        Caller caller = RequestCaller.caller(ctx);
        return bus.request(Addresses.GATEWAY_STATUS, new GetStatus())
                .map(state -> state.models().stream()
                        .filter(model -> caller.mayUse(model.ownedBy(), providerModel(model)))
                        .toList());
    }

    /** Returns the provider's name of the model, without the prefix {@code provider/}. */
    private static String providerModel(Model model) {
        String prefix = model.ownedBy() + "/";
        return model.id().startsWith(prefix) ? model.id().substring(prefix.length()) : model.id();
    }

    /** Returns the model id from the path; slashes in it may be encoded. */
    private static String requestedId(RoutingContext ctx) {
        String path = ctx.request().path();
        try {
            String encoded =
                    path == null || path.length() <= MODELS.length() ? "" : path.substring(MODELS.length() + 1);
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Problem.NotFound().toException();
        }
    }

    private static boolean isAnthropic(RoutingContext ctx) {
        return ctx.request().headers().contains("anthropic-version");
    }
}

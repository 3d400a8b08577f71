package io.parley.http.responses;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.contract.Addresses;
import io.parley.contract.ApiFormat;
import io.parley.contract.GatewayMessage.CachePolicy;
import io.parley.contract.GatewayMessage.Resolve;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Violation;
import io.parley.contract.UsageMessage.Estimate;
import io.parley.http.generation.CollectedAnswer.Result;
import io.parley.http.generation.GenerationHeaders;
import io.parley.http.generation.GenerationRequest;
import io.parley.http.generation.GenerationService;
import io.parley.http.generation.NativeRequests;
import io.parley.http.responses.ResponseView.Identity;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.json.JsonEditor;
import io.parley.json.JsonFields;
import io.parley.json.JsonWriter;
import io.parley.json.StrictJsonReader;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Serves OpenAI's responses for every provider, and keeps them for later requests of the same caller. */
public final class ResponsesRoutes {

    private static final String ROOT = "/v1/responses";
    private static final String ONE = ROOT + "/{id}";

    /** The fields that refer to what a provider stores. */
    private static final Set<String> OWNED = Set.of("/previous_response_id", "/conversation");

    private final Bus bus;
    private final GenerationService generationService;
    private final Ids ids;
    private final ResponseStore store;

    /** @param keep how long responses are stored; not at all if zero */
    public ResponsesRoutes(Bus bus, GenerationService generationService, Ids ids, Duration keep) {
        this.bus = bus;
        this.generationService = generationService;
        this.ids = ids;
        this.store = new ResponseStore(bus, keep, ids.clock());
    }

    public void addTo(RouteTable table) {
        table.raw(POST, ROOT, ctx -> create(table, ctx))
                .raw(
                        POST,
                        ROOT + "/input_tokens",
                        ctx -> table.send(
                                ctx,
                                table.body(ctx, StrictJsonReader::compatibleRequest)
                                        .compose(fields -> count(ctx, fields))))
                .on(GET, ONE, this::get)
                .on(DELETE, ONE, this::delete)
                .on(GET, ONE + "/input_items", this::inputItems);
    }

    private void create(RouteTable table, RoutingContext ctx) {
        table.body(ctx, body -> new Body(body, StrictJsonReader.compatibleRequest(body)))
                .compose(body -> read(ctx, body.fields(), GenerationHeaders.caching(ctx.request()))
                        .map(parsed -> new Received(parsed, request(ctx, parsed, body.bytes()))))
                .map(parsed -> respond(table, ctx, parsed))
                .onFailure(ctx::fail);
    }

    /** A body as it came, and its fields. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Body(byte[] bytes, JsonFields fields) {}

    private Future<ResponsesBody> read(RoutingContext ctx, JsonFields fields, CachePolicy caching) {
        return store.history(RequestCaller.user(ctx), ResponseHistory.References.of(fields))
                .map(history -> ResponsesBody.read(fields, history, caching));
    }

    /** A request, and what the gateway gets of it. */
    private record Received(ResponsesBody parsed, GenerationRequest request) {}

    /** As it came for providers that have responses, translated for others. */
    private GenerationRequest request(RoutingContext ctx, ResponsesBody parsed, byte[] body) {
        checkOwner(parsed);
        return parsed.passable()
                ? NativeRequests.of(
                                parsed.translation(),
                                ApiFormat.OPENAI_RESPONSES,
                                withoutForeignReasoning(body, parsed.input()),
                                ctx.request())
                        .request()
                : parsed.request();
    }

    /** Another provider's reasoning is the only thing that is left out of a request that is passed on. */
    private static byte[] withoutForeignReasoning(byte[] body, ArrayNode input) {
        if (input.valueStream().noneMatch(EncryptedReasoning::isForeign)) {
            return body;
        }
        ArrayNode rest = JsonNodeFactory.instance.arrayNode();
        input.valueStream().filter(item -> !EncryptedReasoning.isForeign(item)).forEach(rest::add);
        return new JsonEditor(body).set("input", JsonWriter.text(rest)).toBytes();
    }

    /**
     * A response of another user must not be continued: the provider knows only the server's API key, so it would not notice. Without a
     * store, the owner of a response is unknown.
     */
    private void checkOwner(ResponsesBody parsed) {
        List<Violation> foreign = parsed.translation().violations().stream()
                .filter(violation -> OWNED.contains(violation.pointer()))
                .toList();
        if (store.enabled() && !foreign.isEmpty()) {
            throw new Problem.Invalid(foreign).toException();
        }
    }

    private Received respond(RouteTable table, RoutingContext ctx, Received received) {
        ResponsesBody parsed = received.parsed();
        GenerationRequest request = received.request();
        boolean stored = parsed.stored() && store.enabled();
        Identity identity = new Identity(ids.next("resp_"), ids.clock().instant(), stored);
        String user = RequestCaller.user(ctx);
        if (parsed.stream()) {
            generationService.stream(
                    ctx,
                    request,
                    new ResponsesSse(
                            identity,
                            parsed.view(),
                            request.selection().model().orElse(""),
                            response -> store(user, stored, parsed, response)));
        } else {
            table.send(ctx, generationService.collect(ctx, request).compose(answer -> {
                if (answer.nativeBody().isPresent()) {
                    Buffer body = answer.nativeBody().get();
                    return PassedResponse.of(body)
                            .map(response -> store(user, stored, parsed, response))
                            .orElseGet(Future::succeededFuture)
                            .map(_ -> RouteResponse.json(body));
                }
                ObjectNode response = response(identity, parsed.view(), answer);
                return store(user, stored, parsed, response).map(_ -> RouteResponse.ok(response));
            }));
        }
        return received;
    }

    private static ObjectNode response(Identity identity, ResponseView view, Result answer) {
        OutputAssembler output = new OutputAssembler(identity.id(), new OutputAssembler.Listener() {});
        answer.events().forEach(output::accept);
        output.finish(ResponseView.isWhole(answer.end().reason()));
        return view.ended(identity, answer.handle().model(), answer.end(), output.view());
    }

    private Future<Void> store(String user, boolean stored, ResponsesBody parsed, ObjectNode response) {
        return stored ? store.put(user, parsed.previous(), response, parsed.input()) : Future.succeededFuture();
    }

    private Future<RouteResponse> count(RoutingContext ctx, JsonFields fields) {
        return read(ctx, fields, CachePolicy.NEVER)
                .compose(parsed -> estimate(parsed.request()))
                .map(tokens -> RouteResponse.ok(JsonNodeFactory.instance
                        .objectNode()
                        .put("object", "response.input_tokens")
                        .put("input_tokens", tokens)));
    }

    private Future<Long> estimate(GenerationRequest request) {
        return bus.request(Addresses.GATEWAY_RESOLVE, new Resolve(request.selection()))
                .compose(resolved -> bus.request(
                        Addresses.USAGE_ESTIMATE,
                        new Estimate(ids.next("call_"), resolved.provider(), resolved.model(), request.prompt())))
                .map(estimated -> estimated.inputTokens());
    }

    private Future<RouteResponse> get(RoutingContext ctx) {
        return store.load(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "id"))
                .map(document -> RouteResponse.ok(required(document, "response")));
    }

    private Future<RouteResponse> delete(RoutingContext ctx) {
        String id = RequestCaller.pathId(ctx, "id");
        return store.delete(RequestCaller.user(ctx), id)
                .map(_ -> RouteResponse.ok(JsonNodeFactory.instance
                        .objectNode()
                        .put("id", id)
                        .put("object", "response")
                        .put("deleted", true)));
    }

    /** Returns all items of the input in one page. */
    private Future<RouteResponse> inputItems(RoutingContext ctx) {
        return store.load(RequestCaller.user(ctx), RequestCaller.pathId(ctx, "id"))
                .map(document -> RouteResponse.ok(list(required(document, "input"))));
    }

    private static ObjectNode list(JsonNode items) {
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        items.forEach(data::add);
        JsonNode none = JsonNodeFactory.instance.nullNode();
        list.set("first_id", data.isEmpty() ? none : data.get(0).path("id"));
        list.set("last_id", data.isEmpty() ? none : data.get(data.size() - 1).path("id"));
        return list.put("has_more", false);
    }

    private static JsonNode required(JsonFields document, String name) {
        return document.any(name).orElseThrow(() -> new Problem.NotFound().toException());
    }
}

package io.parley.http.admin;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.bus.Bus;
import io.parley.contract.Addresses;
import io.parley.contract.ApiKeyMessage.ApiKeyRecord;
import io.parley.contract.ApiKeyMessage.Create;
import io.parley.contract.ApiKeyMessage.KeyPolicy;
import io.parley.contract.ApiKeyMessage.ListKeys;
import io.parley.contract.ApiKeyMessage.Revoke;
import io.parley.contract.BudgetMessage;
import io.parley.http.routing.Page;
import io.parley.http.routing.RequestCaller;
import io.parley.http.routing.RouteResponse;
import io.parley.http.routing.RouteTable;
import io.parley.json.JsonFields;
import io.parley.json.TextRule;
import io.parley.json.Usd;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets administrators create, list and revoke API keys. */
public final class ApiKeyRoutes {

    private static final String KEYS = "/api/v1/admin/keys";
    private static final TextRule NAME = TextRule.notBlank(1, 200);
    private static final TextRule MODEL_PATTERN = new TextRule(
            "pattern",
            "must be a model or provider/*",
            TextRule.MODEL.isMet().and(name -> !name.equals("*") && !name.startsWith("/")));
    private static final int MAX_MODELS = 100;

    private final Bus bus;

    public ApiKeyRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(RouteTable table) {
        table.on(POST, KEYS, this::create).on(GET, KEYS, this::list).on(DELETE, KEYS + "/{id}", this::revoke);
    }

    private Future<RouteResponse> create(RoutingContext ctx, JsonFields body) {
        String admin = RequestCaller.requireAdmin(ctx).user();
        KeyPolicy policy = new KeyPolicy(
                body.text("name", NAME),
                Set.copyOf(body.optionalTexts("allowed_models", MAX_MODELS, MODEL_PATTERN)),
                body.optionalInteger("requests_per_minute", 1, Integer.MAX_VALUE),
                body.optionalInteger("tokens_per_minute", 1, Integer.MAX_VALUE),
                body.optionalInstant("expires_at"));
        Create create = new Create(
                admin, policy, body.optionalUsd("daily_usd", Usd.MAX), body.optionalUsd("monthly_usd", Usd.MAX));
        body.finish();
        ctx.response().putHeader("Cache-Control", "no-store");
        return bus.request(Addresses.API_KEY_CREATE, create)
                .map(created -> RouteResponse.created(
                        view(created.key()).put("key", created.secret()),
                        KEYS + "/" + created.key().id()));
    }

    private Future<RouteResponse> list(RoutingContext ctx) {
        RequestCaller.requireAdmin(ctx);
        Page page = Page.of(ctx.request());
        return bus.request(Addresses.STORE_LIST_KEYS, new ListKeys(page.limit(), page.after()))
                .map(keys -> RouteResponse.ok(Page.view(keys.data(), keys.next(), ApiKeyRoutes::view)));
    }

    private Future<RouteResponse> revoke(RoutingContext ctx) {
        RequestCaller.requireAdmin(ctx);
        return bus.request(Addresses.API_KEY_REVOKE, new Revoke(RequestCaller.pathId(ctx, "id")))
                .map(_ -> RouteResponse.noContent());
    }

    private static ObjectNode view(ApiKeyRecord key) {
        KeyPolicy policy = key.policy();
        ObjectNode view =
                JsonNodeFactory.instance.objectNode().put("id", key.id()).put("name", policy.name());
        ArrayNode models = view.putArray("allowed_models");
        policy.allowedModels().stream().sorted().forEach(models::add);
        return view.put("requests_per_minute", number(policy.requestsPerMinute()))
                .put("tokens_per_minute", number(policy.tokensPerMinute()))
                .put("budget", BudgetMessage.KEY_PREFIX + key.id())
                .put("expires_at", policy.expiresAt().map(Instant::toString).orElse(null))
                .put("created_by", key.createdBy())
                .put("created_at", key.createdAt().toString());
    }

    private static @Nullable Integer number(OptionalInt limit) {
        return limit.isPresent() ? limit.getAsInt() : null;
    }
}
